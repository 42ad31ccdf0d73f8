// What the parts say that come when they are wanted: it comes with the first of them, so that opening a script does not wait for it.

import type { later as english } from "./later.en"
import { type Language, language } from "./ui"

/** All that these parts say. English is the list of it. */
export type LaterWords = typeof english

const loaders: Readonly<Record<Language, () => Promise<{ readonly later: LaterWords }>>> = {
  en: () => import("./later.en"),
  de: () => import("./later.de"),
}

/** What these parts say, in the language that the app speaks: another one is spoken when the page is opened anew. */
export const { later } = await loaders[language]()
