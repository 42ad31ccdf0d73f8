// One open script on the page: the handle, the editor and the frame around it, kept in step.
// Begin with `Session.open`. Nothing here is as long as the script on a key.

import { type Change, openScript, type Peer, type Role, type ScriptHandle, type Status } from "scriptroom"
import { paragraphsField, redo, undo } from "scriptroom/codemirror"
import type { RelayConfig } from "scriptroom/relay"
import { EditorView, type ViewUpdate } from "@codemirror/view"
import { Activity } from "./activity"
import { type Account, account, knownConfig } from "./account/account"
import { signInDialog } from "./account/dialog"
import { type Identity, openAs, ownerName, requestsAs } from "./account/identity"
import { meet } from "./account/people"
import { noticeFor } from "./account/standing"
import { listenAnywhere } from "./anywhere"
import { Badge } from "./badge"
import { CardTitle } from "./card"
import { Comments } from "./comments/comments"
import { showCrash } from "./crash"
import { toast } from "./dialogs"
import { checkInStep, createEditor, goTo } from "./editor"
import { elementLabel } from "./elements"
import { fileName, type ScriptFile } from "./files"
import { openFind } from "./find/find"
import { offerKept } from "./kept"
import { currentElement, makeElement } from "./keys"
import { lazily } from "./lazily"
import { askPerson, scriptMenu } from "./menu"
import { showModes } from "./modes"
import { Newcomers } from "./newcomers"
import { Outline } from "./outline"
import { displayName, Peers } from "./peers"
import { keepOnDevice } from "./persist"
import type { ScriptId } from "./route"
import { mayComment, mayWrite } from "./roles"
import { changeRecent, checksItself, loadPerson, type RecentScript, recentScript, rememberScript } from "./saved"
import { moveScene, paintScene, type SceneDesk, shiftScene } from "./scene-actions"
import { SceneFollower } from "./scenes"
import { addFile, downloadScript } from "./script-files"
import { onSettings } from "./settings"
import { Shell } from "./shell"
import { StatusLine } from "./statusline"
import { toggleStyle } from "./styles"
import { titleOf, withTitle } from "./title"
import { showTitlePage } from "./titlesheet"
import { initScripts } from "./wasm"
import { Whereabouts } from "./whereabouts"
import { ui } from "./words/ui"

/** How long the badge may not show how the connection stands. */
const statusMs = 50

/** Elements that are no scene's text, but stand in the list of scenes. */
const outlined = new Set(["section", "synopsis"])

/** What a session asks of the app. */
export interface SessionActions {
  readonly newScript: () => void
  readonly openFile: () => void
  readonly signOut: () => void
}

/** Opens scripts and shows them. */
export class Session {
  private readonly badge: Badge
  private readonly statusline: StatusLine
  private readonly outline = new Outline({
    choose: id => this.showScene(id),
    move: (id, before) => moveScene(this.sceneDesk, id, before),
    mayMove: () => mayWrite(this.script.role),
    color: id => this.askColor(id),
    go: offset => {
      this.shell.outlineChosen()
      if (this.view) goTo(this.view, offset)
    },
    state: () => this.view?.state ?? null,
  })
  private readonly comments = new Comments(shown => this.shell.showComments(shown))
  private readonly peers = new Peers(offset => this.follow(offset))
  private readonly activity = new Activity(typing => this.showTyping(typing))
  private readonly shell: Shell
  private readonly subscriptions: (() => void)[] = []
  private view: EditorView | null = null
  private scenes: SceneFollower
  private whereabouts: Whereabouts
  private rememberedTitle: string | null = null
  private lastStatus: Status["kind"] | null = null
  private statusTimer: ReturnType<typeof setTimeout> | null = null
  private readonly checks = checksItself()
  private readonly newcomers = new Newcomers(words => this.announce(words), () => askPerson(this.script))
  private readonly card: CardTitle | null
  /** When this person had the script open before this time. */
  private readonly lastHereMs: number | null
  private readonly gone = new AbortController()

  private constructor(
    private script: ScriptHandle,
    private readonly as: Identity,
    private readonly config: RelayConfig | null,
    actions: SessionActions,
  ) {
    this.badge = new Badge(as.kind === "device")
    this.statusline = new StatusLine(this.badge.line)
    this.lastHereMs = recentScript(script.id)?.leftMs ?? null
    addEventListener("pagehide", () => this.leave(), { signal: this.gone.signal, capture: true })
    this.card = as.kind === "person" ? new CardTitle(script.id) : null
    this.scenes = this.followScenes()
    this.whereabouts = new Whereabouts(script, this.outline)
    this.shell = new Shell(
      {
        outline: this.outline.dom,
        badge: this.badge.dom,
        peers: this.peers.dom,
        statusline: this.statusline.dom,
        comments: this.comments.dom,
        commentsToggle: this.comments.toggle,
      },
      {
        rename: title => this.rename(title),
        setElement: (element, goesOn) => (goesOn ? this.view && makeElement(element)(this.view) : this.inEditor(makeElement(element))),
        toScript: () => this.inEditor(() => {}),
        toggleStyle: style => this.inEditor(view => toggleStyle(this.script, style)(view)),
        undo: () => this.inEditor(undo),
        redo: () => this.inEditor(redo),
        share: () => this.share(),
        menu: () => this.menu(actions),
      },
      as.kind === "person" ? "people" : "link",
    )
    const inView = (run: (view: EditorView) => unknown) => (): void => void (this.view && run(this.view))
    listenAnywhere({
      palette: () => this.openPalette(actions),
      find: inView(openFind),
      print: () => this.print(),
      saved: () => toast(this.badge.said(this.script)),
      undo: inView(undo),
      redo: inView(redo),
    }, this.gone.signal)
  }

  /** Opens a script in `host`, as somebody; `file` is what a new one begins with. */
  static async open(
    host: HTMLElement,
    id: ScriptId,
    as: Identity,
    config: RelayConfig | null,
    actions: SessionActions,
    file?: ScriptFile,
  ): Promise<Session> {
    const session = new Session(await openHandle(id, as), as, config, actions)
    if (file !== undefined) await session.begin(file)
    host.replaceChildren(session.shell.dom)
    session.start()
    return session
  }

  /** Lets go of the script. What was typed is on this device when it resolves. */
  async close(): Promise<void> {
    this.gone.abort()
    this.leave()
    this.stop()
    await this.script.close()
  }

  /** Whether it is still right to have the script open when this is who is signed in. */
  goesOnWith(now: Account | null): boolean {
    const goesOn = this.as.kind !== "person" || this.as.person === now?.person
    if (goesOn) this.showNotice()
    return goesOn
  }

  /** Whether leaving loses words: nothing can be kept on this device, and the relay does not have them all. */
  get hasOnlyInMemory(): boolean {
    const { device, unsaved } = this.script.status
    return device === "unavailable" && (unsaved > 0 || this.script.threads.unsaved > 0 || (this.as.kind === "device" && this.script.length > 0))
  }

  /** Whether a file that is opened becomes this script: nothing is in it yet, and this person may write. */
  get takesFile(): boolean {
    return this.script.length === 0 && mayWrite(this.script.role)
  }

  /** Adds a file's text to this script. */
  async importFile(file: ScriptFile): Promise<void> {
    await addFile(this.script, file)
    this.showTitle()
    this.scenes.showAll()
  }

  /** Something broke: keep the words, offer to start the broken part again. */
  crashed(error: unknown): void {
    showCrash(this.shell.dom, error, { restart: () => void this.restart(), download: () => void downloadScript(this.script) })
  }

  private async begin(file: ScriptFile): Promise<void> {
    try {
      await addFile(this.script, file)
    } catch (error) {
      await this.close()
      throw error
    }
  }

  private start(): void {
    const { script } = this
    this.subscriptions.push(
      script.on("change", change => {
        this.scenes.take(change)
        this.activity.take(change, script.peers())
        if (change.origin === "remote" || touchesTitle(change)) this.showTitle()
      }),
      script.on("status", () => this.statusChanged()),
      script.on("threads", () => this.statusChanged()),
      script.on("presence", peers => this.showPeers(peers)),
      script.on("role", role => this.showRole(role)),
      // Before the comments follow, which show the names.
      meet(script),
      script.on("pages", () => this.showPages()),
      script.on("error", error => this.tell(error.kind, error.message)),
      onSettings(() => this.view && showModes(this.view)),
    )
    this.view = createEditor(this.shell.desk, script, {
      onUpdate: update => this.updated(update),
      onCrash: error => this.crashed(error),
    }, this.comments.marks)
    this.comments.follow(script, this.view)
    this.showStatus(script.status)
    this.showRole(script.role)
    this.showPeers(script.peers())
    this.showTitle()
    this.scenes.showAll()
    this.offerKept()
    void keepOnDevice()
    if (matchMedia("(pointer: fine)").matches) this.view.focus()
  }

  private stop(): void {
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe()
    if (this.statusTimer !== null) clearTimeout(this.statusTimer)
    this.statusTimer = null
    this.scenes.stop()
    this.whereabouts.stop()
    this.activity.stop()
    this.comments.leave()
    this.view?.destroy()
    this.view = null
  }

  /** Opens the script again from this device's store and the relay, at the same place. */
  private async restart(): Promise<void> {
    const selection = this.view?.state.selection.main.head ?? 0
    this.stop()
    await this.script.close().catch(() => {})
    this.script = await openHandle(this.script.id, this.as)
    this.scenes = this.followScenes()
    this.whereabouts = new Whereabouts(this.script, this.outline)
    this.start()
    if (this.view) goTo(this.view, selection)
  }

  private updated(update: ViewUpdate): void {
    if (update.docChanged && this.checks) queueMicrotask(() => this.view && checkInStep(this.view, this.script))
    if (update.selectionSet || update.docChanged) {
      if (update.transactions.some(transaction => transaction.isUserEvent("input"))) this.peers.stopFollowing()
    }
    const comment = this.comments.updated(update)
    if (update.selectionSet && !update.docChanged) this.tellPlace(update, comment)
    const retyped = update.state.field(paragraphsField) !== update.startState.field(paragraphsField)
    if (update.docChanged && outlined.has(currentElement(update.state))) this.scenes.takeOutline()
    if (update.docChanged || update.selectionSet || retyped) this.showPlace()
  }

  /** Where the caret is: its element, its page. */
  private showPlace(): void {
    if (!this.view) return
    const { state } = this.view
    const element = currentElement(state)
    this.shell.showElement(element)
    this.statusline.showHint(element)
    this.statusline.showPage(this.script.pages, state.selection.main.head)
    this.outline.markCurrent(this.script.sceneAt(Math.min(state.selection.main.head, this.script.length))?.id ?? null)
  }

  /** Says into what the caret has come, which is seen by where it stands and by its colour. */
  private tellPlace({ state, startState }: ViewUpdate, comment: string | null): void {
    const element = currentElement(state)
    const words = [element === currentElement(startState) ? null : elementLabel(element), comment].filter(words => words !== null)
    if (words.length > 0) this.announce(words.join(". "))
  }

  private showPages(): void {
    this.scenes.takePages()
    if (this.view) this.statusline.showPage(this.script.pages, this.view.state.selection.main.head)
  }

  private followScenes(): SceneFollower {
    return new SceneFollower(this.script, this.outline, () => {
      this.showPlace()
      this.whereabouts.soon()
    })
  }

  private showTitle(): void {
    const page = this.script.titlePage()
    const title = titleOf(page)
    this.shell.showTitle(title)
    if (this.view) showTitlePage(this.view)
    if (title !== this.rememberedTitle) rememberScript({ id: this.script.id, of: ownerName(this.as), title, openedMs: Date.now() })
    this.rememberedTitle = title
    this.tellCard()
  }

  /** The lists that the relay keeps show a script under the title that its title page has. */
  private tellCard(): void {
    const { status, role } = this.script
    // Before the document is what the relay has, its title may be an older one, or none.
    if (status.kind === "synced" && role !== null && mayWrite(role)) this.card?.tell(titleOf(this.script.titlePage()))
  }

  private showRole(role: Role | null): void {
    this.shell.showRole(role)
    if (role === null) return
    this.statusChanged()
    this.showTitle()
    if (this.view) this.announce(mayWrite(role) ? ui.session.mayWrite : ui.session.mayRead)
    this.tellCard()
  }

  /** What stands in the way of writing together, in words, with what can be done about it. */
  private showNotice(): void {
    const signIn = this.config && this.config.signIn.length > 0 ? () => void this.signIn() : null
    this.shell.notice.show(noticeFor(this.script.status, this.as, account(), signIn))
  }

  private async signIn(): Promise<void> {
    const config = this.config ?? knownConfig()
    if (!config || !(await signInDialog(config))) return
    const person = account()?.person
    if (this.as.kind === "person") {
      // As another person it is opened anew: the app hears of that by itself.
      if (person === this.as.person) this.script.reconnect()
      return
    }
    if (this.script.status.kind !== "refused") return
    // It was closed to whom it was opened as; to this person it may be open.
    if (person) rememberScript({ id: this.script.id, of: person })
    location.reload()
  }

  private menu(actions: SessionActions, palette: (() => void) | null = () => this.openPalette(actions)): ReturnType<typeof scriptMenu> {
    const now = account()
    const canSignIn = this.config !== null && this.config.signIn.length > 0 && now?.token == null
    return scriptMenu(this.script, {
      ...actions,
      download: () => void downloadScript(this.script),
      downloadFinalDraft: () => void downloadScript(this.script, "fdx"),
      downloadOther: () => lazily(import("./take"), ({ openTake }) => openTake(this.script, titleOf(this.script.titlePage()))),
      reports: () => lazily(import("./reports/reports"), ({ openReports }) =>
        openReports(this.script, titleOf(this.script.titlePage()), requestsAs(this.as, this.script.id)),
      ),
      palette,
      find: () => void (this.view && openFind(this.view)),
      titlePage: () => lazily(import("./titlepage"), ({ editTitlePage }) => editTitlePage(this.script, mayWrite(this.script.role), () => this.showTitle())),
      figures: () => lazily(import("./figures"), ({ showFigures }) => showFigures(this.script, this.as.kind === "device")),
      print: () => this.print(),
      production: () => this.showProduction(),
      color: mayWrite(this.script.role) ? () => this.inScene(id => this.askColor(id)) : null,
      comment: mayComment(this.script.role) ? () => this.comments.begin() : null,
      history: requestsAs(this.as, this.script.id) && (() => this.showHistory()),
      signIn: canSignIn ? () => void this.signIn() : null,
      signOut: now ? actions.signOut : null,
    })
  }

  /** Everything that can be done here, and every place in the script, by name. */
  private openPalette(actions: SessionActions): void {
    const parts = Promise.all([import("./palette"), import("./commands"), import("./places")])
    lazily(parts, ([{ openPalette }, commands, { numberedPlaces, scenePlaces }]) => {
      const { view, script } = this
      if (!view) return
      const go = (offset: number): void => goTo(view, offset)
      const entries = this.menu(actions, null).flatMap(entry => (entry ? [{ ...entry, ...(entry.key && { hint: entry.key }) }] : []))
      const inEditor = (run: (view: EditorView) => unknown): void => this.inEditor(run)
      const scene = commands.sceneCommands({
        paint: color => this.inScene(id => paintScene(this.sceneDesk, id, color)),
        shift: by => this.inScene(id => shiftScene(this.sceneDesk, id, by)),
      })
      const writing = mayWrite(script.role) ? [...commands.elementCommands(inEditor), ...scene, ...commands.writingCommands(script, inEditor)] : []
      const lineAt = (number: number): number | null => (number >= 1 && number <= view.state.doc.lines ? view.state.doc.line(number).from : null)
      openPalette([...entries, ...commands.viewCommands(), ...writing, ...scenePlaces(script, go)], number => numberedPlaces(script, number, go, lineAt))
    })
  }

  /** While somebody types it changes several times a key: that is shown now and then, but nothing is called kept that is not. */
  private statusChanged(): void {
    if (this.badge.saysKept) return this.showStatus(this.script.status)
    this.statusTimer ??= setTimeout(() => {
      this.statusTimer = null
      this.showStatus(this.script.status)
    }, statusMs)
  }

  private showStatus(status: Status): void {
    this.badge.show(this.script)
    this.showNotice()
    if (status.kind === "synced") this.tellCard()
    const before = this.lastStatus
    this.lastStatus = status.kind
    if (before === null || before === status.kind || !this.view) return
    const words = { offline: ui.session.offline, synced: ui.session.saved, refused: ui.session.refused }
    const text = words[status.kind as keyof typeof words]
    if (text && (status.kind !== "synced" || before === "offline" || before === "connecting")) {
      this.announce(text)
    }
  }

  private showPeers(peers: readonly Peer[]): void {
    this.peers.show(peers)
    this.whereabouts.soon()
    if (this.view) this.newcomers.greet(peers)
  }

  private showTyping(typing: ReadonlySet<number>): void {
    this.peers.showTyping(typing)
    const names = this.script.peers().filter(({ clientId }) => typing.has(clientId))
    this.statusline.showTyping([...new Set(names.map(({ name }) => displayName(name)))])
  }

  /** Says something to screen readers, once the editor is not in the middle of an update. */
  private announce(text: string): void {
    queueMicrotask(() => this.view?.dispatch({ effects: EditorView.announce.of(text) }))
  }

  private tell(kind: string, message: string): void {
    if (kind === "rebuilt") toast(ui.session.rebuilt)
    else if (kind === "pages") toast(ui.session.pagesStopped)
    else if (kind === "offered-again") toast(ui.session.offeredAgain)
    else if (kind === "left-out") this.offerKept()
    // The notice says it, and what to do.
    else if (kind !== "token" && kind !== "refused") toast(message)
  }

  private offerKept(): void {
    void offerKept(this.script, () => fileName(titleOf(this.script.titlePage())))
  }

  private showScene(id: string): void {
    const scene = this.script.scene(id)
    if (!scene || !this.view) return
    this.shell.outlineChosen()
    goTo(this.view, scene.offset)
  }

  /** Does something with the scene that the caret is in. */
  private inScene(run: (id: string) => void): void {
    const scene = this.view && this.script.sceneAt(this.view.state.selection.main.head)
    if (scene) run(scene.id)
    else toast(ui.outline.noScene)
  }

  private askColor(id: string): void {
    const scene = this.script.scene(id)
    if (!scene) return
    lazily(import("./scene-color-dialog"), ({ askSceneColor }) => {
      void askSceneColor(scene.heading, scene.color).then(color => color !== undefined && paintScene(this.sceneDesk, id, color))
    })
  }

  private get sceneDesk(): SceneDesk {
    const { script, outline, scenes } = this
    return { script, outline, scenes, announce: words => this.announce(words) }
  }

  /** Goes to where somebody is. That may be in words which the editor is about to show. */
  private follow(offset: number): void {
    queueMicrotask(() => {
      this.view?.dispatch({ effects: EditorView.scrollIntoView(Math.min(offset, this.view.state.doc.length), { y: "center" }) })
    })
  }

  private inEditor(run: (view: EditorView) => unknown): void {
    if (!this.view) return
    run(this.view)
    this.view.focus()
  }

  private rename(title: string): void {
    if (!mayWrite(this.script.role)) return this.announce(ui.session.mayRead)
    this.script.setTitlePage(withTitle(this.script.titlePage(), title))
    this.showTitle()
  }

  private share(): void {
    if (this.as.kind === "device") return toast(ui.session.onlyHere)
    if (this.as.kind === "person") {
      const title = this.rememberedTitle ?? ""
      return lazily(import("./share/dialog"), ({ shareDialog }) => shareDialog(this.script.id, title, () => location.assign("/")))
    }
    const link = location.href
    navigator.clipboard.writeText(link).then(
      () => toast(ui.session.linkCopied),
      () => toast(ui.session.link(link)),
    )
  }

  private print(): void {
    lazily(import("./production/print"), ({ printScript }) => void printScript(this.script, null).catch(error => toast(ui.common.notDone(String(error)))))
  }

  private showProduction(): void {
    const { view, script } = this
    if (!view) return
    lazily(import("./production/dialog"), ({ productionDialog }) => productionDialog(script, () => view.state.selection.main))
  }

  private showHistory(): void {
    const script = requestsAs(this.as, this.script.id)
    if (!script) return
    const { lastHereMs, rememberedTitle } = this
    lazily(import("./history/panel"), ({ showHistory }) =>
      showHistory({ script, title: rememberedTitle ?? "", mayWrite: mayWrite(this.script.role), lastHereMs }),
    )
  }

  /** What comes after this is new to whoever comes back. The title goes to the script before that is put on the disk. */
  private leave(): void {
    this.shell.handInTitle()
    const leftMs = Date.now()
    // Where it belongs to somebody else by now, as when a guest has signed in, that stays so.
    const isThis = (entry: RecentScript): boolean => entry.id === this.script.id && entry.of === ownerName(this.as)
    changeRecent(entry => (isThis(entry) ? { ...entry, leftMs } : entry))
  }
}

async function openHandle(id: ScriptId, as: Identity): Promise<ScriptHandle> {
  // Not awaited: what is on the device is read meanwhile, and `openScript` says what failed.
  initScripts().catch(() => {})
  const { name, color } = loadPerson()
  return openScript({ id, ...openAs(as, id), user: { name, color } })
}

/** A change made here without text or paragraphs is the title page's; what comes from others may bring one beside its text. */
function touchesTitle({ text, paragraphs }: Change): boolean {
  return text.length === 0 && paragraphs.length === 0
}
