// A screenplay in ProseMirror over Yjs, put together as their documentation shows it.

import { baseKeymap } from "prosemirror-commands"
import { keymap } from "prosemirror-keymap"
import { Schema } from "prosemirror-model"
import { EditorState, TextSelection } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { initProseMirrorDoc, redo, undo, yCursorPlugin, ySyncPlugin, yUndoPlugin } from "y-prosemirror"
import { WebsocketProvider } from "y-websocket"
import * as Y from "yjs"

const schema = new Schema({
  nodes: {
    doc: { content: "paragraph+" },
    paragraph: {
      attrs: { element: { default: "action" } },
      content: "text*",
      parseDOM: [{ tag: "p" }],
      toDOM: node => ["p", { class: `el-${node.attrs.element}` }, 0],
    },
    text: {},
  },
})
const [, scripts, id] = /^#(.*)\/([^/]*)$/.exec(location.hash)
const doc = new Y.Doc()
const provider = new WebsocketProvider(scripts, id, doc, { disableBc: true })
provider.awareness.setLocalStateField("user", { name: "Ana Duarte", color: "#27507a" })

provider.once("sync", () => {
  const fragment = doc.getXmlFragment("prosemirror")
  const { doc: start, mapping } = initProseMirrorDoc(fragment, schema)
  const plugins = [
    ySyncPlugin(fragment, { mapping }),
    yCursorPlugin(provider.awareness),
    yUndoPlugin(),
    keymap({ "Mod-z": undo, "Mod-y": redo }),
    keymap(baseKeymap),
  ]
  const view = new EditorView(document.querySelector("#desk"), { state: EditorState.create({ doc: start, schema, plugins }) })
  window.goTo = part => {
    const at = Math.floor(part * (view.state.doc.childCount - 1))
    let from = 0
    for (let before = 0; before < at; before++) from += view.state.doc.child(before).nodeSize
    const end = from + view.state.doc.child(at).nodeSize - 1
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, end)))
    view.nodeDOM(from).scrollIntoView({ block: "start" })
    view.focus()
  }
})
