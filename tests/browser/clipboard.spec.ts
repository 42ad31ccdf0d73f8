// Copy and paste: text from elsewhere is read as Fountain, what was copied here stays what it was.

import { type Writer, expect, test } from "./writer.ts"

/** The elements and texts of the paragraphs in view. */
async function paragraphs(writer: Writer): Promise<string[]> {
  return writer.script.locator(".cm-line").evaluateAll(lines =>
    lines.map(line => {
      const element = [...line.classList].find(name => name.startsWith("el-"))?.slice(3)
      return `${element}: ${line.textContent}`
    }),
  )
}

/** Pastes what another program has put on the clipboard. */
async function paste(writer: Writer, data: Readonly<Record<string, string>>): Promise<void> {
  await writer.script.evaluate((content, data) => {
    const transfer = new DataTransfer()
    for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))
  }, data)
}

test("pasted lines are read as Fountain, and one undo takes them all back", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  const text = "INT. BAR - NIGHT #4#\r\n\r\nA glass *breaks*.\r\n\r\nMARA\r\n(low)\r\nNobody move.\r\n\r\n> CUT TO BLACK\r\n"
  await paste(ana, { "text/plain": text })
  await expect.poll(() => paragraphs(ana)).toEqual([
    "scene-heading: INT. BAR - NIGHT",
    "action: A glass breaks.",
    "character: MARA",
    "parenthetical: (low)",
    "dialogue: Nobody move.",
    "transition: CUT TO BLACK",
  ])
  await expect(ana.script.locator(".style-italic")).toHaveText("breaks")
  await expect(ana.script.locator('[data-scene-number="4"]')).toHaveCount(1)
  await expect(ana.scenes).toHaveCount(1)
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: "])
})

test("what is pasted into a line splits it, and what looks like a title page is text", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("Before after.")
  for (let step = 0; step < "after.".length; step++) await ana.press("ArrowLeft")
  await paste(ana, { "text/plain": "Title: none\n\nMARA\nYes." })
  await expect.poll(() => paragraphs(ana)).toEqual(["action: Before Title: none", "character: MARA", "dialogue: Yes.after."])
  await ana.type(" And ")
  await expect.poll(async () => (await paragraphs(ana)).at(-1)).toBe("dialogue: Yes. And after.")
})

test("one line stays text, whatever it looks like", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await paste(ana, { "text/plain": "*INT. BAR*" })
  await expect.poll(() => paragraphs(ana)).toEqual(["action: *INT. BAR*"])
})

test("a picture, which has no text, leaves what is selected", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("Stays.")
  await ana.press("Control+a")
  await paste(ana, { "text/html": '<img src="data:,">' })
  await paste(ana, { "text/html": "<b>Gone</b>", "text/plain": "Gone" })
  await expect.poll(() => ana.text()).toBe("Gone")
  await ana.press("Control+z")
  await expect.poll(() => ana.text()).toBe("Stays.")
})

test("what is typed or pasted over a selection while a paste is being read stays", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("Before.")
  await ana.press("Shift+Home")
  // Twice before the reader has answered, and a key.
  await ana.script.evaluate(content => {
    for (const text of ["INT. BAR\n\nOne.", "INT. CAR\n\nTwo."]) {
      const clipboardData = new DataTransfer()
      clipboardData.setData("text/plain", text)
      content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
    }
    document.execCommand("insertText", false, "Key. ")
  })
  await expect.poll(async () => (await paragraphs(ana)).join(" ")).toMatch(/Key\..*BAR.*One\..*CAR.*Two\./)
  expect((await paragraphs(ana)).join(" ")).not.toContain("Before")
})

const twoScenes = "INT. ONE - DAY\n\nA searchlight *goes*.\n\nIt rains.\n\nINT. TWO - DAY\n\nChains creak.\n\nINT. THREE - DAY\n"
const asOpened = ["scene-heading: INT. ONE - DAY", "action: A searchlight goes.", "action: It rains.", "scene-heading: INT. TWO - DAY", "action: Chains creak.", "scene-heading: INT. THREE - DAY"]

/** The ids of the scenes, in their order. */
async function sceneIds(writer: Writer): Promise<(string | null)[]> {
  return writer.scenes.evaluateAll(rows => rows.map(row => row.getAttribute("data-scene")))
}

test("whole paragraphs stand before the one that they are pasted in front of, which stays what it is", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(twoScenes)
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
  const scenes = await sceneIds(ana)
  expect(new Set(scenes).size).toBe(3)
  await ana.line("A searchlight").click()
  await ana.press("Home", "Shift+ArrowDown", "Control+x")
  await ana.line("INT. TWO").click()
  await ana.press("Home", "Control+v")
  await expect.poll(() => paragraphs(ana)).toEqual([asOpened[0], asOpened[2], asOpened[1], ...asOpened.slice(3)])
  await expect(ana.script.locator(".style-italic")).toHaveText("goes")
  expect(await sceneIds(ana)).toEqual(scenes)
  await ana.type("(x)")
  await expect.poll(() => ana.text(), "the caret is behind what was pasted").toContain("goes.\n(x)INT. TWO")
  await ana.press("Control+z", "Control+z", "Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
  await ana.toStart()
  await ana.press("Control+v")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: A searchlight goes.", ...asOpened])
  expect(await sceneIds(ana)).toEqual(scenes)
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
  await ana.saved()
  const other = await writer()
  await other.open(ana.page.url())
  await other.agreesWith(ana)
  await expect.poll(() => paragraphs(other)).toEqual(asOpened)
})

test("of lines that are pasted in front of a paragraph, or over some, the first is what it was", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(twoScenes)
  await ana.line("INT. TWO").click()
  await ana.press("Home")
  await paste(ana, { "text/plain": "MARA\nYes.\n\nRain on" })
  const before = asOpened.slice(0, 3)
  await expect.poll(() => paragraphs(ana)).toEqual([...before, "character: MARA", "dialogue: Yes.", "action: Rain on", ...asOpened.slice(3)])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
  await ana.line("A searchlight").click()
  await ana.press("Home", "Shift+ArrowDown", "Shift+End")
  await paste(ana, { "text/plain": "MARA\nYes." })
  await expect.poll(() => paragraphs(ana)).toEqual([asOpened[0], "character: MARA", "dialogue: Yes.", ...asOpened.slice(3)])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
  await ana.line("It rains").click()
  await ana.press("Home", "Shift+Control+ArrowRight")
  await paste(ana, { "text/plain": "MARA\nYes." })
  await expect.poll(() => paragraphs(ana)).toEqual([...asOpened.slice(0, 2), "character: MARA", "action: Yes. rains.", ...asOpened.slice(3)])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
  await ana.press("Control+a")
  await paste(ana, { "text/plain": "MARA\nYes." })
  await expect.poll(() => paragraphs(ana)).toEqual(["character: MARA", "dialogue: Yes."])
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(asOpened)
})

test("styled words within a paragraph keep their styles, and make no other paragraph of an empty one", async ({ writer }) => {
  const ana = await writer()
  await ana.openFountain(twoScenes)
  await ana.line("A searchlight").click({ clickCount: 3 })
  await ana.press("Control+c")
  await ana.line("It rains").click()
  await ana.press("End", "Enter", "Control+5", "Control+v")
  await expect.poll(() => paragraphs(ana)).toEqual([...asOpened.slice(0, 3), "dialogue: A searchlight goes.", ...asOpened.slice(3)])
  await expect(ana.script.locator(".style-italic")).toHaveText(["goes", "goes"])
})

test("paragraphs that were cut come back as what they were", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await ana.type("INT. CAPITALS THAT ARE NO HEADING")
  await ana.press("Control+2", "Enter")
  await ana.type("Loud.")
  await ana.press("Shift+Home", "Control+b", "End", "Enter", "Control+8")
  await ana.type("A sign.")
  const before = await paragraphs(ana)
  const bold = await ana.script.locator(".style-bold").allInnerTexts()
  expect(bold).toContain("Loud.")
  expect(before.map(paragraph => paragraph.split(":")[0])).toEqual(["action", "action", "general"])
  await ana.press("Control+a", "Control+x")
  await expect.poll(async () => (await ana.text()).trim()).toBe("")
  await ana.press("Control+v")
  await expect.poll(() => paragraphs(ana)).toEqual(before)
  await expect.poll(() => ana.script.locator(".style-bold").allInnerTexts()).toEqual(bold)
})

test("paragraphs on the clipboard that are none are pasted as the text beside them", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  const type = "application/x-scriptroom-paragraphs"
  await paste(ana, { [type]: '[{"text":"x","element":"no such"}]', "text/plain": "One.\nTwo." })
  await expect.poll(() => paragraphs(ana)).toEqual(["action: One.", "action: Two."])
  await paste(ana, { [type]: "{", "text/plain": " Three." })
  await expect.poll(() => paragraphs(ana)).toEqual(["action: One.", "action: Two. Three."])
})

test("what is copied is Fountain for programs that take text, and a script's look for those that take HTML", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await paste(ana, { "text/plain": "INT. BAR - NIGHT\n\nA glass *breaks* & <falls>.\n\nMARA\nNobody move." })
  await expect(ana.scenes).toHaveCount(1)
  await ana.press("Control+a")
  const copied = await ana.script.evaluate(content => {
    const data = new DataTransfer()
    content.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }))
    return { text: data.getData("text/plain"), html: data.getData("text/html") }
  })
  expect(copied.text).toBe("INT. BAR - NIGHT\n\nA glass breaks & <falls>.\n\nMARA\nNobody move.")
  expect(copied.html).toMatch(/^<div style="[^"]+"><p style="[^"]*uppercase[^"]*">INT\. BAR - NIGHT<\/p>/)
  expect(copied.html).toContain("A glass <i>breaks</i> &amp; &lt;falls&gt;.</p>")
  expect(copied.html).toMatch(/<p style="[^"]*margin-left:2in;">MARA<\/p>/)
})

test("paragraphs of a word processor are what their styles and their indents say", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  const html = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal { margin: 0in }</style></head><body lang=EN-US>
    <!--StartFragment--><p class=MsoNormal>INT. BAR -
    NIGHT<o:p></o:p></p><p class=MsoNormal>A glass <i>breaks</i>. It&nbsp;is <span style='font-weight:700'>loud</span>.</p>
    <p class=MsoNormal style='margin-left:2.2in'>MARA (O.S.)</p><p class=MsoNormal style='margin-left:1.6in'>(low)</p>
    <p class=MsoNormal style='margin-left:72.0pt'>Nobody move.</p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
    <p class=Transition align=right>Cut to black</p><!--EndFragment--></body></html>`
  await paste(ana, { "text/html": html, "text/plain": "INT. BAR\nA glass breaks." })
  await expect.poll(() => paragraphs(ana)).toEqual([
    "scene-heading: INT. BAR - NIGHT",
    "action: A glass breaks. It is loud.",
    "character: MARA (O.S.)",
    "parenthetical: (low)",
    "dialogue: Nobody move.",
    "transition: Cut to black",
  ])
  await expect(ana.script.locator(".style-italic")).toHaveText("breaks")
  await expect(ana.script.locator(".style-bold")).toHaveText("loud")
  await ana.press("Control+z")
  await expect.poll(() => paragraphs(ana)).toEqual(["action: "])
})

test("paragraphs of other programs and of the web are what they are called, or what they say", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  const called = `<p class="sceneheading">the pier</p><p class="action">Rain.</p><p class="character">Ben</p><p class="dialog">No.</p>`
  await paste(ana, { "text/html": called, "text/plain": "the pier\nRain." })
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: the pier", "action: Rain.", "character: Ben", "dialogue: No."])
  await ana.newScript()
  const docs = `<meta charset="utf-8"><b style="font-weight:normal;"><p dir="ltr"><span style="font-weight:400">EXT. SEA - DAY</span></p><p><span>A boat<br>turns.</span></p><p><span>BEN</span></p><p><span>Now!</span></p></b>`
  await paste(ana, { "text/html": docs, "text/plain": "EXT. SEA - DAY\nA boat" })
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: EXT. SEA - DAY", "action: A boat", "action: turns.", "character: BEN", "dialogue: Now!"])
  await expect(ana.script.locator(".style-bold")).toHaveCount(0)
})

test("what an editor for programs has coloured is read as the text that it is", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  const html = `<div style="white-space: pre;"><div><span style="color: #000">.THE PIER</span></div><div><span>Rain *falls*.</span></div></div>`
  await paste(ana, { "text/html": html, "text/plain": ".THE PIER\n\nRain *falls*." })
  await expect.poll(() => paragraphs(ana)).toEqual(["scene-heading: THE PIER", "action: Rain falls."])
})

/** Pieces of what programs put on the clipboard, sound, broken and hostile. */
const pieces = [
  "<p>", "</p>", "<p class=MsoNormal style='margin-left:2.2in'>", "<p class='character'>", "<div>", "</div>", "<b>", "</b>", "<i style='font-style:normal'>", "</i>", "<br>", "<span style='font-weight:700;",
  "<table><tr><td>", "</table>", "<li>", "<center>", "<pre>", "<textarea>", "<!--", "-->", "<![CDATA[", "&amp;", "&nbsp;", "&#0;", "&#xD800;", "\u2028", "\u0000", "\r\n", "INT. BAR", "MARA (V.O.)", "(low)",
  "CUT TO:", "words ", "\u05d2\u05e9\u05dd", "\u{1f469}\u200d\u{1f680}", "\ud83d", "style='margin-left:1e99in'", "style='margin-left:-9px'", "<img src=x onerror='ran=1'>", "<script>ran=1</script>", "<svg onload='ran=1'>", "<style>p{", "<iframe srcdoc='<p>'>",
]

test("what no script has is pasted as the script has it: halves of pairs, and line breaks of other kinds", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await paste(ana, { "text/plain": "One\ud83d" })
  await paste(ana, { "text/plain": " two.\u2028" })
  await paste(ana, { "text/plain": "Three." })
  await expect.poll(() => ana.text()).toBe("One\ufffd two.\nThree.")
})

test("whatever HTML is pasted, it is text or paragraphs, and nothing of it runs", async ({ writer }) => {
  const ana = await writer()
  await ana.newScript()
  await paste(ana, { "text/html": "<p>One.</p><p>Two.</p>", "text/plain": "One." })
  await ana.sees("Two.")
  await ana.script.evaluate((content, pieces) => {
    let seed = 1
    const dice = (sides: number): number => (seed = (seed * 48_271) % 2_147_483_647) % sides
    for (let count = 0; count < 400; count += 1) {
      const html = Array.from({ length: 1 + dice(30) }, () => pieces[dice(pieces.length)]).join("")
      const transfer = new DataTransfer()
      transfer.setData("text/html", html)
      transfer.setData("text/plain", html.replace(/<[^>]*>/g, ""))
      content.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))
    }
  }, pieces)
  await paste(ana, { "text/html": "<p class='character'>Ben</p><p>The last of them.</p>", "text/plain": "Ben" })
  await ana.sees("The last of them.")
  await expect.poll(async () => (await ana.text()).length).toBeGreaterThan(1_000)
  expect(await ana.page.evaluate(() => "ran" in window)).toBe(false)
  await ana.toEnd()
  await ana.type(" And on.")
  await ana.sees(" And on.")
  await ana.saved()
  const other = await writer()
  await other.open(ana.page.url())
  await other.agreesWith(ana)
})
