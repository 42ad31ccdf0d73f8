// A screenplay in Slate over Yjs, put together as their documentation shows it.

import { withCursors, withYHistory, withYjs, YjsEditor } from "@slate-yjs/core"
import { useRemoteCursorOverlayPositions } from "@slate-yjs/react"
import { createElement, useEffect, useMemo, useRef } from "react"
import { createRoot } from "react-dom/client"
import { createEditor, Editor, Transforms } from "slate"
import { Editable, ReactEditor, Slate, withReact } from "slate-react"
import { WebsocketProvider } from "y-websocket"
import * as Y from "yjs"

const [, scripts, id] = /^#(.*)\/([^/]*)$/.exec(location.hash)
const doc = new Y.Doc()
const provider = new WebsocketProvider(scripts, id, doc, { disableBc: true })
const shared = doc.get("content", Y.XmlText)

const renderElement = ({ attributes, children, element }) => createElement("p", { ...attributes, className: `el-${element.type}` }, children)
const renderLeaf = ({ attributes, children }) => createElement("span", attributes, children)

function Script() {
  const editor = useMemo(() => {
    const data = { name: "Ana Duarte", color: "#27507a" }
    return withReact(withCursors(withYHistory(withYjs(createEditor(), shared)), provider.awareness, { data }))
  }, [])
  useEffect(() => {
    YjsEditor.connect(editor)
    window.goTo = part => goTo(editor, part)
    return () => YjsEditor.disconnect(editor)
  }, [editor])
  return createElement(Slate, { editor, initialValue: [] }, createElement(Cursors, null, createElement(Editable, { renderElement, renderLeaf })))
}

function Cursors({ children }) {
  const ref = useRef(null)
  const [cursors] = useRemoteCursorOverlayPositions({ containerRef: ref })
  const carets = cursors.map(({ clientId, caretPosition, data }) =>
    createElement("div", { key: clientId, className: "caret", style: { ...caretPosition, background: data?.color } }),
  )
  return createElement("div", { ref, style: { position: "relative" } }, children, carets)
}

function goTo(editor, part) {
  const at = Math.floor(part * (editor.children.length - 1))
  Transforms.select(editor, Editor.end(editor, [at]))
  ReactEditor.toDOMNode(editor, editor.children[at]).scrollIntoView({ block: "start" })
  ReactEditor.focus(editor)
}

provider.once("sync", () => createRoot(document.querySelector("#desk")).render(createElement(Script)))
