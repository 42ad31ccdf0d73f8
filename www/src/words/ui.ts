// What the app says, in the language of whoever reads it. English comes with the app; another language is a file of its own,
// fetched where it is wanted. To add one: a file beside `de.ts` and one beside `later.de.ts`, which the compiler holds complete, a line in
// `languages`, and one in each of the `loaders`.

import { loadSettings } from "../settings"
import { en } from "./en"

/** All that the app says from the start. English is the list of it. */
export type Words = typeof en

/** The languages, by the names that they have themselves. */
export const languages = { en: "English", de: "Deutsch" } as const

/** The code of a language that the app has. */
export type Language = keyof typeof languages

const loaders: Readonly<Record<Language, () => Promise<Words>>> = {
  en: () => Promise.resolve(en),
  de: () => import("./de").then(({ de }) => de),
}

/** The language that the app speaks. */
export let language: Language = "en"

/** What the app says. It is read when it is shown, never before `chooseLanguage` has resolved. */
export let ui: Words = en

/** The language of dates, numbers and lists: the reader's own kind of it, such as British English. */
export let locale = "en"

/** Takes the language that the writer has chosen, or else the first of the browser's that there is. */
export async function chooseLanguage(): Promise<void> {
  const chosen = loadSettings().language
  const wanted = chosen === "system" ? languageFor(navigator.languages) : chosen
  try {
    ui = await loaders[wanted]()
    language = wanted
  } catch (error) {
    console.warn("the app goes on in English:", error)
    return
  }
  locale = navigator.languages.find(tag => languageOf(tag) === wanted) ?? wanted
  document.documentElement.lang = wanted
}

/** The first of these that the app has; English where it has none. */
export function languageFor(tags: readonly string[]): Language {
  return tags.map(languageOf).find(language => language !== null) ?? "en"
}

/** The app's language for a tag such as `de-AT`. */
function languageOf(tag: string): Language | null {
  const [language = ""] = tag.toLowerCase().split("-")
  return language in languages ? (language as Language) : null
}
