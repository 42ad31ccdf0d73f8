// The public types of `scriptroom`, held by assertions: what a consumer's code relies on cannot change unnoticed.
// It is compiled by the step `types`, and never run.

import type * as api from "scriptroom"
import type * as relayApi from "scriptroom/relay"
import type { Relay, RelayConfig, RelayOptions, ScriptPage, SignedIn } from "scriptroom/relay"
import type {
  Change,
  Diagnostic,
  Edit,
  ElementType,
  InitOptions,
  InsertedLine,
  KeptCopy,
  OpenOptions,
  PageProblem,
  ParagraphInfo,
  PrintedScript,
  Production,
  Peer,
  Scene,
  ScriptError,
  ScriptErrorKind,
  ScriptEvents,
  ScriptHandle,
  Status,
  StatusKind,
  Style,
  Thread,
  Threads,
} from "scriptroom"

/** Whether two types are the same, `any` and `readonly` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
/** Takes `true` alone: a call that does not compile is an assertion that failed. */
declare function holds<_Assertion extends true>(): void

/** The names of an object's properties that may be assigned to. */
type Writable<T> = { [K in keyof T]-?: Same<{ [P in K]: T[K] }, { -readonly [P in K]: T[K] }> extends true ? K : never }[keyof T]
type Data<T> = { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: T[K] }

holds<
  Same<
    keyof typeof api,
    | ("init" | "openScript" | "checkFinalDraft" | "checkPdf" | "readFountain" | "moveOnDevice" | "removeFromDevice" | "unsavedOnDevice")
    | ("ClosedError" | "PageSettingsError")
  >
>()
holds<Same<Parameters<typeof api.init>[0], InitOptions | undefined>>()
holds<Same<ReturnType<typeof api.init>, Promise<void>>>()
holds<Same<OpenOptions["person"], Parameters<typeof api.unsavedOnDevice>[0]["person"]>>()
holds<Same<typeof api.openScript, (options: OpenOptions) => Promise<ScriptHandle>>>()
holds<Same<typeof api.checkFinalDraft, (file: Uint8Array) => Promise<readonly Diagnostic[]>>>()
// A `Blob` takes them as they are.
type FileBytes = Uint8Array<ArrayBuffer>
holds<Same<ReturnType<ScriptHandle["exportFinalDraft"]>, Promise<FileBytes>>>()
holds<Same<ReturnType<ScriptHandle["exportWord"]>, Promise<FileBytes>>>()
holds<Same<Awaited<ReturnType<ScriptHandle["exportPdf"]>>["file"], FileBytes>>()
holds<Same<api.PdfOptions["onProgress"], api.OnProgress | undefined>>()
holds<Same<api.OnProgress, (done: number, of: number) => void>>()
holds<Same<api.PageSettingsError["problems"], readonly PageProblem[]>>()
holds<api.PageSettingsError | api.ClosedError extends Error ? true : false>()
holds<Same<typeof api.readFountain, (text: string) => Promise<readonly InsertedLine[]>>>()

// What a relay does besides live writing

type RelayScript = ReturnType<Relay["script"]>
holds<Same<keyof typeof relayApi, "guestToken" | "openRelay" | "RelayError">>()
holds<Same<typeof relayApi.openRelay, (options: RelayOptions) => Relay>>()
holds<
  Same<keyof Relay, "config" | "signIn" | "makeAccount" | "renew" | "me" | "saveSettings" | "scripts" | "createScript" | "script">
>()
holds<Same<keyof SignedIn, "person" | "token" | "expires" | "lifeMs">>()
// Whoever keeps tokens is told which one the relay did not take; whoever makes them need not listen.
type Refused = Parameters<(refused?: string) => string>
holds<Same<Parameters<Extract<OpenOptions["token"], (...given: Refused) => unknown>>, Refused>>()
holds<Same<Parameters<Extract<RelayOptions["token"], (...given: Refused) => unknown>>, Refused>>()
holds<
  Same<
    keyof RelayScript,
    | ("card" | "rename" | "duplicate" | "trash" | "restore" | "delete")
    | ("members" | "setRole" | "remove" | "links" | "makeLink" | "revokeLink" | "accept")
    | ("history" | "nameVersion" | "compare" | "authors" | "restoreVersion" | "rollBack" | "content" | "fountain")
  >
>()
holds<Same<ReturnType<Relay["scripts"]>, Promise<ScriptPage>>>()
holds<Same<keyof RelayConfig, "signIn" | "accounts" | "guests">>()
holds<Same<Writable<ScriptPage>, never>>()

// The handle

holds<
  Same<
    keyof ScriptHandle,
    | ("id" | "clientId" | "length" | "paragraphCount" | "status" | "role" | "pages" | "threads" | "production" | "canUndo" | "canRedo")
    | ("text" | "slice" | "paragraph" | "paragraphs" | "paragraphAt" | "paragraphStart" | "runs")
    | ("edit" | "undo" | "redo" | "closeUndoGroup" | "moveScene")
    | ("scenes" | "scene" | "sceneAt" | "sceneLengths" | "titlePage" | "setTitlePage")
    | ("importFountain" | "exportFountain" | "importFinalDraft" | "exportFinalDraft")
    | ("importPdf" | "exportPdf" | "exportWord" | "exportHtml" | "exportText" | "report" | "measure")
    | ("keptCopies" | "dropKeptCopy" | "reconnect" | "flush" | "on" | "setPresence" | "setUser" | "peers" | "close")
    | (typeof Symbol.dispose | typeof Symbol.asyncDispose)
  >
>()
holds<Same<Writable<Data<ScriptHandle>>, never>>()
holds<ScriptHandle extends Disposable & AsyncDisposable ? true : false>()
holds<Same<ReturnType<ScriptHandle["edit"]>, Change>>()
holds<Same<ReturnType<ScriptHandle["undo"]>, Change | null>>()
holds<Same<ReturnType<ScriptHandle["flush"]>, readonly Change[]>>()
holds<Same<ReturnType<ScriptHandle["keptCopies"]>, Promise<readonly KeptCopy[]>>>()
holds<Same<ReturnType<ScriptHandle["on"]>, () => void>>()

// The comments

holds<Same<keyof Threads, "list" | "add" | "reply" | "edit" | "remove" | "resolve" | "you" | "names" | "sayName" | "unsaved">>()
holds<Same<ReturnType<Threads["list"]>, readonly Thread[]>>()
holds<Same<ReturnType<Threads["names"]>, ReadonlyMap<string, string>>>()
holds<Same<Thread["place"], "at" | "pending" | "orphaned">>()
holds<Same<Thread["range"], { readonly from: number; readonly to: number } | null>>()
holds<Same<keyof Thread["comments"][number], "id" | "author" | "mine" | "text" | "timeMs" | "editedMs">>()
holds<Same<Thread["comments"][number]["author"], string | null>>()
holds<Same<Writable<Thread> | Writable<Thread["comments"][number]>, never>>()

// The production

holds<
  Same<
    keyof Production,
    | ("state" | "setPage" | "lockPages" | "unlockPages" | "lockSceneNumbers" | "unlockSceneNumbers" | "omit")
    | ("startRevision" | "stopRevision" | "mark" | "unmark" | "marks" | "printed" | "titleLines")
  >
>()
holds<Same<ReturnType<Production["printed"]>, Promise<PrintedScript>>>()
holds<Same<Writable<Production["state"]> | Writable<PrintedScript>, never>>()

// Data: plain, readonly, and with `null` where something is missing

holds<
  Same<
    ParagraphInfo,
    {
      readonly element: ElementType
      readonly scene: string | null
      readonly sceneNumber: string | null
      readonly dual: boolean
      readonly depth: number
      readonly joined: boolean
      readonly omitted: boolean
      readonly color: string | null
      readonly source: number | null
      readonly length: number
    }
  >
>()
holds<
  Same<
    Scene,
    {
      readonly id: string
      readonly heading: string
      readonly number: string | null
      readonly color: string | null
      readonly paragraph: number
      readonly offset: number
      readonly paragraphs: number
    }
  >
>()
holds<Same<keyof Change, "origin" | "text" | "paragraphs" | "formats" | "scenes" | "selection">>()
holds<Same<keyof KeptCopy, "id" | "refusedAtMs" | "reason" | "state" | "fountain">>()
holds<Same<Writable<Change> | Writable<Status> | Writable<Peer> | Writable<ScriptError> | Writable<KeptCopy>, never>>()
holds<Same<Status["device"], "kept" | "writing" | "unavailable">>()
holds<Same<Status["reason"], string | null>>()
holds<Same<StatusKind, "connecting" | "syncing" | "synced" | "offline" | "refused">>()
holds<Same<Style, "bold" | "italic" | "underline" | "strike" | "note" | "boneyard">>()

// Unions are told apart by a string

holds<Same<Edit["kind"], "replace" | "element" | "format" | "attributes">>()
holds<Same<keyof ScriptEvents, "incoming" | "change" | "status" | "presence" | "role" | "threads" | "pages" | "error" | "closed">>()
holds<
  Same<
    ScriptErrorKind,
    "rebuilt" | "store" | "bytes" | "pages" | "token" | "refused" | "comments" | "offered-again" | "left-out"
  >
>()

/** Every kind of edit is known here: one that is added does not compile until it is. */
export function describe(edit: Edit): string {
  switch (edit.kind) {
    case "replace":
      return edit.insert.map(line => line.text).join("\n")
    case "element":
      return edit.element
    case "format":
      return edit.style
    case "attributes":
      return String(edit.paragraph)
    default:
      return edit satisfies never
  }
}

/** Listeners are given what the event is about. */
export function listen(script: ScriptHandle): void {
  script.on("change", change => holds<Same<typeof change, Change>>())
  script.on("status", status => holds<Same<typeof status, Status>>())
  script.on("error", error => holds<Same<typeof error, ScriptError>>())
  script.on("incoming", nothing => holds<Same<typeof nothing, void>>())
  // @ts-expect-error: data is readonly
  script.status.unsaved = 0
  // @ts-expect-error: a listener of nothing that exists
  script.on("saved", () => {})
}
