/**
 * What a relay is asked, and what it answers. Times are milliseconds since 1970, a version is the number of the log's last
 * entry. `crates/room/SPEC.md` has the rules.
 */

import type { ElementType, TitleEntry } from "../document-types.ts"
import type { Role } from "../types.ts"

/** Which relay, and who asks. */
export interface RelayOptions {
  /** Its address, such as `"https://scripts.example"`; `wss:` means the same relay. */
  readonly relay: string
  /**
   * The token to show, or what gives one; `null` asks without. A function is called for each request, and once more with the
   * token that the relay did not take: with another one it gives then the request is tried again.
   */
  readonly token?: string | null | ((refused?: string) => string | null | Promise<string | null>) | undefined
}

/** How people come to a relay, as it says to everybody. */
export interface RelayConfig {
  /**
   * The ways to sign in that the relay itself has: by a name alone (development), by e-mail address and password. Where there
   * is none, tokens come from somewhere else.
   */
  readonly signIn: readonly ("name" | "password")[]
  /** Whether accounts can be made here, with an invitation. */
  readonly accounts: boolean
  /** Whether everybody may write who has a script's address. */
  readonly guests: boolean
}

/** Who somebody says they are: by a name, in development, or with a password. */
export type Credentials = { readonly name: string } | { readonly email: string; readonly password: string }

/** A new account. */
export interface NewAccount {
  readonly email: string
  /** 8 to 200 characters. */
  readonly password: string
  /** The relay's invitation, which its operator gives. */
  readonly invitation: string
}

/** Somebody who has signed in. */
export interface SignedIn {
  readonly person: string
  readonly token: string
  /** When the token is no longer good. */
  readonly expires: number
  /** How long that is from now, in milliseconds: by the relay's clock where its answer says the time, by this device's else. */
  readonly lifeMs: number
}

/** The caller. */
export interface Me {
  readonly person: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** What is known of a script without its text. */
export interface ScriptCard {
  readonly id: string
  readonly title: string
  /** The caller's role. */
  readonly role: Role
  readonly made: number
  readonly changed: number
  /** Since when it lies in the trash; `null` where it does not. */
  readonly trashed: number | null
}

/** Which scripts are asked for. */
export interface ScriptFilter {
  /** A part of the title. */
  readonly query?: string | undefined
  /** Those in the trash instead of the others. */
  readonly trashed?: boolean | undefined
  /** How many at most; 50 unless told. */
  readonly limit?: number | undefined
  /** What the page before gave as `next`. */
  readonly after?: string | undefined
}

/** A part of a list, newest change first. */
export interface ScriptPage {
  readonly scripts: readonly ScriptCard[]
  /** The next page's `after`; `null` at the end. */
  readonly next: string | null
}

/** Somebody who may come in. */
export interface Member {
  readonly person: string
  readonly role: Role
  readonly since: number
  /** Who let them in: a person, or `link:` and a link's id. */
  readonly by: string
}

/** A share link. Its secret is known only to whoever made it. */
export interface ShareLink {
  readonly id: string
  readonly role: Role
  readonly made: number
  readonly by: string
  readonly expires: number | null
  readonly revoked: number | null
}

/** What a link is to give. */
export interface LinkWish {
  readonly role: Exclude<Role, "owner">
  /** For how many seconds; `null` for as long as nobody revokes it. */
  readonly expiresInS: number | null
}

/** A link that was just made: the only time that its secret is told. */
export interface NewLink {
  readonly id: string
  readonly secret: string
  readonly role: Role
  readonly expires: number | null
}

/** What came of accepting a link. */
export interface Accepted {
  readonly id: string
  readonly title: string
  readonly role: Role
}

/**
 * How an edit came: typed, from a file, brought back from history, by a program, or by somebody who had words that a restored relay
 * had lost (rule B2). `hour`: all that is left of an hour when the retention time is over. A later relay may know of more.
 */
export type EditOrigin = "live" | "import" | "restore" | "autosave" | "recovered" | "hour"

/** What one person did without a long pause (rule H1). */
export interface Sitting {
  /** The version that it led to. */
  readonly version: number
  /** Its first entry. */
  readonly first: number
  /** When it began and ended, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** `null` where several have a part in it. */
  readonly author: string | null
  readonly authors?: readonly string[]
  readonly origin: EditOrigin
  readonly entries: number
}

/** A version that has a name, and is kept without end. */
export interface NamedVersion {
  readonly version: number
  readonly name: string
  readonly by: string
  /** When it was named, in milliseconds since 1970. */
  readonly time: number
}

/** A part of a script's history, newest first. */
export interface History {
  /** The script's present version. */
  readonly version: number
  readonly versions: readonly Sitting[]
  readonly names: readonly NamedVersion[]
  /** Where the next part begins; `null` at the end. */
  readonly before: number | null
}

/** A piece of a paragraph that differs, or does not. */
export interface Word {
  readonly kind: "same" | "removed" | "added"
  readonly text: string
  /** Who wrote it, or who deleted it, where the relay knows. */
  readonly by?: string | null
  /** In which hour that was: when it began. */
  readonly hour?: number | null
}

/** A stretch of paragraphs in a comparison. `block` counts the paragraphs of the newer version, `from` those of the older one. */
export type Hunk =
  | { readonly kind: "same"; readonly from: number; readonly block: number; readonly count: number }
  | {
      readonly kind: "changed"
      readonly from: number
      readonly block: number
      readonly type: ElementType
      readonly typeBefore: ElementType
      readonly words: readonly Word[]
    }
  | {
      readonly kind: "removed" | "added"
      readonly block: number
      readonly type: ElementType
      readonly text: string
      /** The text once more, by who wrote or deleted it, where the relay knows. */
      readonly words?: readonly Word[]
    }

/** What differs between two versions. */
export interface Comparison {
  /** The version that was compared, and the one with which. */
  readonly from: number
  readonly to: number
  readonly hunks: readonly Hunk[]
  /** Who wrote between them, in order. */
  readonly edits: readonly Sitting[]
}

/** A piece of a paragraph that one person wrote in one hour. */
export interface Authored {
  readonly text: string
  /** Who; `null` where the relay does not know. */
  readonly by: string | null
  /** When that hour began; `null` likewise. */
  readonly hour: number | null
}

/** Who wrote what of a version (rule H7). */
export interface Authorship {
  readonly version: number
  /** Its paragraphs, in order: `block` counts them. */
  readonly blocks: readonly { readonly block: number; readonly type: ElementType; readonly text: readonly Authored[] }[]
}

/** A paragraph as a program reads it. */
export interface Block {
  readonly type: ElementType
  readonly children: readonly { readonly text: string }[]
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** What a script says in one version. */
export interface Content {
  readonly id: string
  readonly version: number
  readonly blocks: readonly Block[]
  readonly titlePage?: readonly TitleEntry[]
}

/** What came of an edit that the relay made. */
export interface Made {
  /** The version that came of it. */
  readonly version: number
  readonly changed: boolean
}

/** Which edits to take back. */
export interface RollBack {
  /** The first entry of the log, and the last, as {@link Sitting.first} and {@link Sitting.version} are. */
  readonly from: number
  readonly to: number
  /** Whose; everybody's unless told. */
  readonly author?: string | undefined
}

/** A relay. Each request rejects with a `RelayError` where the relay refuses, and with a `TypeError` where it cannot be reached. */
export interface Relay {
  /** How people come to it. Asked without a token. */
  config(): Promise<RelayConfig>
  signIn(who: Credentials): Promise<SignedIn>
  makeAccount(account: NewAccount): Promise<SignedIn>
  /** Another hour for whoever has a token of the relay's own that ended at most 30 days ago, unless the password was reset since it was issued (T8, T10). */
  renew(token: string): Promise<SignedIn>
  me(): Promise<Me>
  saveSettings(settings: Readonly<Record<string, unknown>>): Promise<Me>
  scripts(filter?: ScriptFilter): Promise<ScriptPage>
  /** Makes a script; with `id` that one, which may have been written without a network before. */
  createScript(script?: { readonly id?: string | undefined; readonly title?: string | undefined }): Promise<ScriptCard>
  /** One script's requests. Nothing is asked yet. */
  script(id: string): RelayScript
}

/** One script at a relay. */
export interface RelayScript {
  card(): Promise<ScriptCard>
  rename(title: string): Promise<ScriptCard>
  /** A copy that the caller owns, without members, links and history. */
  duplicate(title?: string): Promise<ScriptCard>
  trash(): Promise<ScriptCard>
  /** Takes it out of the trash. */
  restore(): Promise<ScriptCard>
  /** For good; it must be in the trash. */
  delete(): Promise<void>

  members(): Promise<readonly Member[]>
  setRole(person: string, role: Role): Promise<void>
  /** Removes somebody; everybody may remove themselves. */
  remove(person: string): Promise<void>
  links(): Promise<readonly ShareLink[]>
  makeLink(wish: LinkWish): Promise<NewLink>
  revokeLink(link: string): Promise<void>
  /** Becomes a member by a link. */
  accept(secret: string): Promise<Accepted>

  history(before?: number): Promise<History>
  /** Gives a version a name, the newest unless told: it is kept without end then. */
  nameVersion(name: string, version?: number): Promise<void>
  compare(from: number, to: number): Promise<Comparison>
  /** Who wrote each word, now or in a version. */
  authors(version?: number): Promise<Authorship>
  /** Brings a version back as a new edit, which everybody sees at once. */
  restoreVersion(version: number): Promise<Made>
  /** Takes edits back as their author's undo would. What others wrote stays. */
  rollBack(edits: RollBack): Promise<Made>
  /** What it says, now or in a version. */
  content(version?: number): Promise<Content>
  /** The same as a Fountain file. */
  fountain(version?: number): Promise<string>
}
