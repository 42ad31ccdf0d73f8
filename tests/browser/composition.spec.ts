// Input methods: a word that is put together is not disturbed by what others write, and nothing of either is lost.

import type { CDPSession } from "@playwright/test"
import { shortScript } from "./samples.ts"
import { expect, test, type Writer } from "./writer.ts"

/** What an input method does: it shows what is being put together, and then puts it in. */
class InputMethod {
  private readonly session: CDPSession

  private constructor(session: CDPSession) {
    this.session = session
  }

  static async of(one: Writer): Promise<InputMethod> {
    return new InputMethod(await one.context.newCDPSession(one.page))
  }

  async compose(text: string): Promise<void> {
    await this.session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length })
  }

  async commit(text: string): Promise<void> {
    await this.session.send("Input.insertText", { text })
  }
}

test("a word is put together while a co-writer types in the same paragraph and above it", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.saved()
  const ben = await writer()
  await ben.open(ada.page.url())
  await ben.sees("The radio says nothing.")
  await ada.line("The radio").click()
  await ada.press("End")
  const method = await InputMethod.of(ada)
  await method.compose("に")
  await method.compose("にほ")
  await ben.line("The radio").click()
  await ben.press("Home")
  await ben.type("Still. ")
  await ben.line("Chains creak").click()
  await ben.press("Home", "Enter")
  await ben.saved()
  await method.compose("にほん")
  await expect(ada.line("にほん")).toHaveCount(1)
  await method.commit("日本")
  await ada.sees("Still. The radio says nothing.日本")
  await ben.sees("Still. The radio says nothing.日本")
  await ada.agreesWith(ben)
  await ada.type(" done")
  await ben.sees("日本 done")
})

test("a word that is put together and given up leaves nothing", async ({ writer }) => {
  const ada = await writer()
  await ada.openFountain(shortScript)
  await ada.line("The radio").click()
  await ada.press("End")
  const before = await ada.text()
  const method = await InputMethod.of(ada)
  await method.compose("ni")
  await expect(ada.line("nothing.ni")).toHaveCount(1)
  await method.compose("")
  await expect(async () => expect(await ada.text()).toBe(before)).toPass()
})

test("in an empty paragraph, and right behind a heading, a word is put together, too", async ({ writer }) => {
  const ada = await writer()
  await ada.newScript()
  await ada.script.focus()
  await ada.type("int. ")
  const method = await InputMethod.of(ada)
  await method.compose("とう")
  await method.commit("東京")
  await ada.press("Escape", "Enter")
  await method.compose("あ")
  await method.compose("あめ")
  await method.commit("雨。")
  await ada.sees("int. 東京\n雨。")
  await expect(ada.page.getByLabel("Element", { exact: true })).toHaveValue("action")
})
