// The colours of scenes: those that the app offers, and what a colour is called.

import { ui } from "./words/ui"

/**
 * The colours that are offered; their names are in the words of each language. Each is so light that it is told from the rows of the
 * list of scenes in every theme (three to one, as WCAG asks of what is no text), and in a mark the edge of which is told from them in any case.
 */
export const sceneColors = ["#d74840", "#c45c04", "#97760e", "#1f8c3e", "#0a8888", "#237adc", "#8b60e3", "#cf4491", "#7e7a72"] as const

/** A colour that is offered. */
type SceneColor = (typeof sceneColors)[number]

const grey: SceneColor = "#7e7a72"
/** Channels that differ by less have no hue that anybody would name. */
const leastRange = 24

/** What a colour is called: one that the app offers by its name, any other, such as a file's, by the nearest of them. */
export function sceneColorName(color: string): string {
  const names: Readonly<Record<string, string>> = ui.sceneColors
  return names[color] ?? ui.outline.nearly(ui.sceneColors[nearest(color)])
}

function nearest(color: string): SceneColor {
  const hue = hueOf(color)
  if (hue === null) return grey
  const distance = (other: SceneColor): number => {
    const turn = Math.abs(hue - (hueOf(other) ?? 0))
    return Math.min(turn, 360 - turn)
  }
  return sceneColors.filter(other => other !== grey).reduce((one, other) => (distance(other) < distance(one) ? other : one))
}

/** The hue of `#rrggbb` in degrees; `null` for greys. */
function hueOf(color: string): number | null {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16))
  const most = Math.max(red, green, blue)
  const range = most - Math.min(red, green, blue)
  if (range < leastRange) return null
  if (most === red) return (((green - blue) / range) * 60 + 360) % 360
  return most === green ? 120 + ((blue - red) / range) * 60 : 240 + ((red - green) / range) * 60
}
