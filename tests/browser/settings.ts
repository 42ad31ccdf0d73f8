// The settings as a writer reaches them.

import type { Writer } from "./writer.ts"

/** Switches something on or off in the settings. */
export async function set(one: Writer, name: string, on: boolean): Promise<void> {
  await one.menu("Settings…")
  await one.page.getByRole("checkbox", { name }).setChecked(on)
  await one.page.getByRole("button", { name: "Done" }).click()
}

/** Chooses something in the settings. */
export async function choose(one: Writer, name: string, value: string): Promise<void> {
  await one.menu("Settings…")
  await one.page.getByRole("combobox", { name }).selectOption({ label: value })
  await one.page.getByRole("button", { name: "Done" }).click()
}
