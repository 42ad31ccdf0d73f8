/// <reference lib="esnext.disposable" preserve="true" />

/**
 * A script as it is opened, and the plain data about it: its people, state and troubles.
 *
 * Everything here but the handles is readonly and can be posted to a worker. Positions are those of `document-types.ts`.
 * Begin with {@link ScriptHandle}; {@link Edit} goes in, {@link Change} comes out.
 */

import type { Threads } from "./comment-types.ts"
import type { Change, Edit, ParagraphInfo, Scene, Selection, SelectionChange, StyledRange, TitleEntry } from "./document-types.ts"
import type { PdfFile, PdfOptions, ReportKind, ReportTable } from "./files.ts"
import type { Pages } from "./page-types.ts"
import type { Diagnostic } from "./parsed-file.ts"
import type { Production } from "./production-types.ts"

/** What a person may do with a script; each may do what the one before it may. Writing is for editors. */
export type Role = "viewer" | "commenter" | "editor" | "owner"

/** Somebody else who has the script open. */
export interface Peer {
  /** The id of that client, new with each opening. */
  readonly clientId: number
  /** At most 64 characters, no control characters. Text, never markup. */
  readonly name: string
  /** Always `#rrggbb`. */
  readonly color: string
  /** `null` while nothing is selected or its place is not known here yet. */
  readonly selection: Selection | null
}

/** Who this client says it is. */
export interface User {
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
}

/**
 * How the script stands with the relay.
 *
 * - `connecting`: on the way to the relay, or waiting before the next try;
 * - `syncing`: connected, and something has still to come or to go;
 * - `synced`: the relay has stored every edit made here, this device has noted that, and this document has what the
 *   relay has;
 * - `offline`: there is no network, no relay was named, or the handle is closed;
 * - `refused`: the relay said no and trying again does not help; `reason` says why.
 */
export type StatusKind = "connecting" | "syncing" | "synced" | "offline" | "refused"

/** See {@link StatusKind}. In a tab that leaves the relay to another tab it is that tab's status, but not `synced` while that tab has yet to hear of an edit made here. */
export interface Status {
  readonly kind: StatusKind
  /** How many edits the relay has not yet said to have stored. */
  readonly unsaved: number
  /**
   * Whether everything that was edited here is on this device's disk: `kept`, on its way there (`writing`), or
   * `unavailable` where nothing can be stored, or the last try failed.
   */
  readonly device: "kept" | "writing" | "unavailable"
  /**
   * How the relay is reached; `null` while it is not. `http`: this network lets no WebSockets through. Edits are stored and
   * `synced` means what it always means, but what others write comes some seconds later, and nobody's presence is seen.
   */
  readonly transport: "websocket" | "http" | null
  /** Why the relay refuses; `null` unless `kind` is `refused`. */
  readonly reason: string | null
}

/** What the listeners of each event are given. */
export interface ScriptEvents {
  /** Bytes have come in: call {@link ScriptHandle.flush} when it suits, once a frame. */
  incoming: void
  /** A change was made, here or elsewhere. Delivered after the call that made it has returned. */
  change: Change
  status: Status
  presence: readonly Peer[]
  /** The relay has said what this person may do; again when that changes. */
  role: Role
  /** Something was said, here or elsewhere, was stored, or is known better: see {@link Threads.list}. */
  threads: void
  /** The pages were laid out for the first time, even if there is only one; after that, when they changed. */
  pages: Pages
  /** Something went wrong that the handle could not mend by itself, or that it did mend. */
  error: ScriptError
  /** The handle is closed: nothing is taken in any more, by {@link ScriptHandle.edit} neither. Told once, when `close` is called. */
  closed: void
}

/** The names of the events. */
export type ScriptEvent = keyof ScriptEvents

/** What kind of trouble an error tells of. */
export type ScriptErrorKind =
  /** The wasm module trapped; the document was rebuilt and goes on. */
  | "rebuilt"
  /**
   * This device's storage refused: edits go to the relay and to other tabs only, or it does not know what the relay has. It is
   * tried again, and told once until it has taken something.
   */
  | "store"
  /** Bytes from the relay or another tab were no update, or none that fits this document; they were left out. It starts over from what the relay has. */
  | "bytes"
  /** Pages could not be laid out. After an edit that failed they are laid out from the beginning; if that fails, page breaks stand still. */
  | "pages"
  /** The function that gives tokens failed, or the relay did not take a new one: it is asked again. */
  | "token"
  /** The relay refused for good. */
  | "refused"
  /** It does not take comments of this person's; they are kept on this device, and offered again when it may. */
  | "comments"
  /**
   * The relay refused edits of this device for good. A copy was kept, and the same words were written into the script
   * again, where they stood, as new edits under another client id. Steps to undo are gone.
   */
  | "offered-again"
  /**
   * It refused these too, or does not let this person write: what it had not stored is in the script no longer, but in a
   * copy on this device (see {@link ScriptHandle.keptCopies}). It is not offered any more.
   */
  | "left-out"

/** Trouble, as data. */
export interface ScriptError {
  readonly kind: ScriptErrorKind
  readonly message: string
}

/**
 * The whole script as it was on this device when the relay refused a part of it.
 *
 * - `offered-again`: its words are in the script again; the copy goes when the relay has stored them;
 * - `left-out`: its words, or some of them, are nowhere else; the copy stays until
 *   {@link ScriptHandle.dropKeptCopy}.
 */
export interface KeptCopy {
  readonly id: string
  readonly refusedAtMs: number
  /** What the relay said. */
  readonly reason: string
  readonly state: "offered-again" | "left-out"
  /** The script, as a Fountain file. */
  readonly fountain: string
}

/** Whose scripts on this device: those that were opened with this relay and as this person. */
export interface DeviceOwner {
  readonly relay?: string | undefined
  readonly person?: string | undefined
}

/** What to open and how. */
export interface OpenOptions {
  /** The script's id, a UUID. An id that nobody has used yet is a new, empty script. */
  readonly id: string
  /** The relay's address, such as `"wss://scripts.example"`, or the same with `https:`. Without it the script stays here. */
  readonly relay?: string | undefined
  readonly user: User
  /**
   * The token to show at the relay, or what gives one. A function is called before each try to connect, and when 80 % of a
   * token's life are over: the new one counts without a break. `refused` is the last one that the relay did not take, where
   * there was one: whoever keeps tokens gives another in its place. Without a token the relay is asked for a guest's.
   */
  readonly token?: string | ((refused?: string) => string | Promise<string>) | undefined
  /**
   * Whose data this is on the device: each relay and person has a storage of their own. Needed with a `token`, whose person it is, unless `store` is
   * `"none"`.
   */
  readonly person?: string | undefined
  /** Where edits are kept before they are sent; `"indexeddb"` unless told. */
  readonly store?: "indexeddb" | "none" | undefined
  /** Whether its pages are laid out, which costs some 2 MB for 250 of them; `true` unless told. */
  readonly pages?: boolean | undefined
}

/** One open script. Made by `openScript`. */
export interface ScriptHandle {
  readonly id: string
  /** This client's id among the peers; changes when the document had to be rebuilt. */
  readonly clientId: number
  /** The length of {@link text}. */
  readonly length: number
  readonly paragraphCount: number
  readonly status: Status
  /** What this person may do, as the relay said last; `null` before it has. */
  readonly role: Role | null
  readonly pages: Pages
  /** The comments. */
  readonly threads: Threads
  /** The page setup, locked pages and scene numbers, revisions. */
  readonly production: Production

  /** The whole text. As long as the script: for opening and for checks, not for every key. */
  text(): string
  /** The text in `from … to`; ends behind the text's end count as that. */
  slice(from: number, to: number): string
  /** @throws `RangeError` where there are not so many. */
  paragraph(index: number): ParagraphInfo
  /** The paragraphs with the indices `from … to` (exclusive), all unless told. */
  paragraphs(from?: number, to?: number): readonly ParagraphInfo[]
  /** The index of the paragraph in which `offset` lies; behind the text's end, of the last one. */
  paragraphAt(offset: number): number
  /**
   * The offset at which a paragraph starts.
   *
   * @throws where there are not so many.
   */
  paragraphStart(index: number): number
  /** The styled ranges in `from … to`. */
  runs(from: number, to: number): readonly StyledRange[]

  /**
   * Makes all `edits` in one transaction, and returns what that did. Told what is selected before and after, undo and
   * redo know where to go back to. This and all else that changes the script throws, and changes nothing, while `role`
   * is `viewer` or `commenter`.
   *
   * @throws `ClosedError` after {@link close}, as all else does that changes the script.
   */
  edit(edits: readonly Edit[], selection?: SelectionChange): Change
  /** Takes back this client's last group of edits; `null` when there is none. */
  undo(): Change | null
  redo(): Change | null
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** The next edit starts a group of its own. */
  closeUndoGroup(): void
  /**
   * Puts a scene before another, or at the end (`null`). Copies and deletes no text.
   *
   * @throws as {@link edit}, and where the script has no scene `id` or `before`, as when somebody else has just deleted it.
   */
  moveScene(id: string, before: string | null): Change

  /** All scenes in order. As long as the script; {@link Change} tells which of them to look at again. */
  scenes(): readonly Scene[]
  /** One scene; `null` where there is none of that id. */
  scene(id: string): Scene | null
  sceneAt(offset: number): Scene | null
  /**
   * How long each scene is, in eighths of a page as productions count them, in order: as it was laid out last, which may be a moment ago. Empty
   * before the first layout, and where no pages are laid out.
   */
  sceneLengths(): Promise<readonly number[]>
  titlePage(): readonly TitleEntry[]
  setTitlePage(entries: readonly TitleEntry[]): void

  /** Adds a Fountain file's paragraphs at the end; into an empty script it is the script. */
  importFountain(text: string): Promise<readonly Diagnostic[]>
  /** The script, as it is when this is called, as a Fountain file. */
  exportFountain(): Promise<string>
  /**
   * Adds a Final Draft file's paragraphs at the end. Into an empty script the file is kept beside it, its page setup, locked pages and revisions become
   * the script's, and {@link exportFinalDraft} writes into it, so that also what a script has no place for comes out again. Into a script with text come the
   * paragraphs alone. Rejects, and adds nothing, where it is no such file.
   */
  importFinalDraft(file: Uint8Array): Promise<readonly Diagnostic[]>
  /** The script, as it is when this is called, as a Final Draft file: written into the one that it was imported from, or a new one. */
  exportFinalDraft(): Promise<Uint8Array<ArrayBuffer>>
  /**
   * Adds the paragraphs of a screenplay that was printed to a PDF at the end; into an empty script it is the script. What is what is guessed from where it
   * stands, and styles are not read. Rejects, and adds nothing, where it is no PDF, is encrypted or has no text.
   */
  importPdf(file: Uint8Array): Promise<readonly Diagnostic[]>
  /** The script's pages as a PDF, by its own production, written in steps: the page stays awake. */
  exportPdf(options?: PdfOptions): Promise<PdfFile>
  exportWord(): Promise<Uint8Array<ArrayBuffer>>
  /** The script as one HTML page. */
  exportHtml(): Promise<string>
  /** The script as plain text, laid out as on paper, by its own production. */
  exportText(): Promise<string>
  report(kind: ReportKind): Promise<ReportTable>
  /** The report `summary` on another text in Fountain, such as an older version, on this script's own pages. */
  measure(fountain: string): Promise<ReportTable>

  /** What the relay refused and this device has kept, oldest first: show it, and offer it as a file. */
  keptCopies(): Promise<readonly KeptCopy[]>
  /** Lets go of one of them. */
  dropKeptCopy(id: string): Promise<void>

  /**
   * Applies what has come in, and returns what it did, for the editor to dispatch before anything
   * else happens. With no listener for `incoming` the handle does this by itself.
   */
  flush(): readonly Change[]
  /** Calls `listener` on each `event` until the function that it returns is called. */
  on<E extends ScriptEvent>(event: E, listener: (value: ScriptEvents[E]) => void): () => void

  /**
   * Goes to the relay anew, with this token (or function, from then on), else with what the token of `openScript` gives now: when
   * `status` is `refused` because nobody was signed in any more, and somebody is again. What was typed meanwhile goes out.
   */
  reconnect(token?: OpenOptions["token"]): void

  /** Tells the others where the caret is; sent when it changed, at most 12 times a second. */
  setPresence(presence: { readonly selection: Selection | null }): void
  setUser(user: User): void
  /** The others, without this client. */
  peers(): readonly Peer[]

  /**
   * Waits until all edits are on this device, then lets go of everything; called again it is the same wait. From the call on whatever changes the
   * script or says something in it throws a `ClosedError`, and when it is over so does whatever asks for the text.
   */
  close(): Promise<void>
  /** What {@link close} does: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
  /** What {@link close} does, without waiting for it: for `using`. */
  [Symbol.dispose](): void
}
