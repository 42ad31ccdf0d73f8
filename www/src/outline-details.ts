// What the list of scenes shows beside their headings, read from the editor in one go: synopses, sections, who speaks where.

import { paragraphsField } from "scriptroom/codemirror"
import type { EditorState } from "@codemirror/state"
import { cueName, headingParts } from "./complete/names"

/** What is known of a scene. */
export interface SceneDetails {
  /** The synopsis right behind its heading; empty where there is none. */
  readonly synopsis: string
  readonly location: string
  readonly speakers: ReadonlySet<string>
}

/** A section of the script: a line of its outline. */
export interface Section {
  readonly title: string
  /** 1 to 6. */
  readonly depth: number
  readonly offset: number
  /** The scene that comes next; `null` behind all. */
  readonly before: string | null
}

/** All of it. */
export interface Details {
  readonly scenes: ReadonlyMap<string, SceneDetails>
  readonly sections: readonly Section[]
}

/** Nothing is known. */
export const noDetails: Details = { scenes: new Map(), sections: [] }

/** Reads them. As long as the script: for when the page has nothing else to do. */
export function detailsOf(state: EditorState): Details {
  const paragraphs = state.field(paragraphsField)
  const scenes = new Map<string, { synopsis: string; location: string; speakers: Set<string> }>()
  const sections: { title: string; depth: number; offset: number; before: string | null }[] = []
  const open: (typeof sections)[number][] = []
  let scene: { synopsis: string; location: string; speakers: Set<string> } | null = null
  let atHeading = false
  let [index, offset] = [0, 0]
  for (const text of state.doc.iterLines()) {
    const look = paragraphs[index]
    if (look?.scene) {
      scene = { synopsis: "", location: headingParts(text).location, speakers: new Set() }
      scenes.set(look.scene, scene)
      for (const section of open.splice(0)) section.before = look.scene
    } else if (look?.element === "section") {
      const section = { title: text, depth: look.depth, offset, before: null }
      sections.push(section)
      open.push(section)
    } else if (look?.element === "synopsis" && scene && atHeading) scene.synopsis = `${scene.synopsis} ${text}`.trim()
    else if (look?.element === "character" && scene) scene.speakers.add(cueName(text))
    atHeading = look?.scene != null || (atHeading && look?.element === "synopsis")
    index += 1
    offset += text.length + 1
  }
  return { scenes, sections }
}

/** The scenes in which these letters stand somewhere. */
export function scenesWith(state: EditorState, letters: string): ReadonlySet<string> {
  const paragraphs = state.field(paragraphsField)
  const wanted = letters.toLocaleLowerCase()
  const found = new Set<string>()
  let scene: string | null = null
  let index = 0
  for (const text of state.doc.iterLines()) {
    scene = paragraphs[index]?.scene ?? scene
    if (scene !== null && !found.has(scene) && text.toLocaleLowerCase().includes(wanted)) found.add(scene)
    index += 1
  }
  return found
}
