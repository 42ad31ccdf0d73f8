/**
 * The lines that revisions changed, in order. A value: what changes it makes another one, which shares with it all that is the same.
 *
 * They are in pieces, and each is counted from where its piece is: an edit moves the pieces behind it each as a whole.
 */

import type { TextChange } from "./document-types.ts"
import { mapOffset } from "./offsets.ts"
import type { RevisionMark } from "./production-types.ts"

/** What became of them: `removed` marks from index `from` on gave way to `inserted`, and those behind moved by `shift`. */
export interface MarksChange {
  readonly from: number
  readonly removed: number
  readonly inserted: readonly RevisionMark[]
  readonly shift: number
}

const mostInPiece = 128

/** Some of them, at least one, counted from `at`. */
interface Piece {
  readonly at: number
  readonly marks: readonly RevisionMark[]
}

export class MarkedLines {
  static readonly none = new MarkedLines([])
  readonly #pieces: readonly Piece[]

  private constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  /** Where they are after a change of the text. */
  map(text: readonly TextChange[]): MarkedLines {
    const [first, last] = [text[0], text.at(-1)]
    if (!first || !last || this.#pieces.length === 0) return this
    const shift = text.reduce((sum, { from, to, insert }) => sum + insert.length - (to - from), 0)
    const mapped = this.#pieces.map(piece => {
      if (end(piece) < first.from) return piece
      if (start(piece) > last.to) return moved(piece, shift)
      const marks = absolute(piece).map(mark => ({ ...mark, offset: mapOffset(mark.offset, text, -1) }))
      return { at: 0, marks }
    })
    return new MarkedLines(mapped)
  }

  after({ from, removed, inserted, shift }: MarksChange): MarkedLines {
    const before: Piece[] = []
    const behind: Piece[] = []
    // What the change is in, with what of the pieces at its ends stays.
    const [head, tail]: [RevisionMark[], RevisionMark[]] = [[], []]
    let index = 0
    for (const piece of this.#pieces) {
      const next = index + piece.marks.length
      if (next < from) before.push(piece)
      else if (index > from + removed) behind.push(moved(piece, shift))
      else {
        const marks = absolute(piece)
        head.push(...marks.slice(0, Math.max(0, from - index)))
        const rest = marks.slice(Math.max(0, from + removed - index))
        tail.push(...rest.map(mark => ({ ...mark, offset: mark.offset + shift })))
      }
      index = next
    }
    return new MarkedLines([...before, ...inPieces([...head, ...inserted, ...tail]), ...behind])
  }

  /** Those that begin from one offset to another. */
  between(from: number, to: number): RevisionMark[] {
    const near = this.#pieces.filter(piece => end(piece) >= from && start(piece) <= to)
    return near.flatMap(absolute).filter(({ offset }) => from <= offset && offset <= to)
  }

  /** Whether the others are the same. Looks at no piece that both have. */
  equals(others: MarkedLines): boolean {
    const [one, other] = [this.#pieces, others.#pieces]
    const shorter = Math.min(one.length, other.length)
    let head = 0
    while (head < shorter && isOne(one[head], other[head])) head += 1
    let tail = 0
    while (tail < shorter - head && isOne(one.at(-1 - tail), other.at(-1 - tail))) tail += 1
    const mine = one.slice(head, one.length - tail).flatMap(absolute)
    const theirs = other.slice(head, other.length - tail).flatMap(absolute)
    return mine.length === theirs.length && mine.every((mark, at) => isSame(mark, theirs[at] as RevisionMark))
  }
}

function absolute({ at, marks }: Piece): readonly RevisionMark[] {
  return at === 0 ? marks : marks.map(mark => ({ ...mark, offset: mark.offset + at }))
}

function start({ at, marks }: Piece): number {
  return at + (marks[0] as RevisionMark).offset
}

function end({ at, marks }: Piece): number {
  return at + (marks.at(-1) as RevisionMark).offset
}

function moved({ at, marks }: Piece, shift: number): Piece {
  return { at: at + shift, marks }
}

function inPieces(marks: readonly RevisionMark[]): Piece[] {
  const count = Math.ceil(marks.length / mostInPiece)
  const size = Math.ceil(marks.length / Math.max(1, count))
  return Array.from({ length: count }, (_, at) => ({ at: 0, marks: marks.slice(at * size, (at + 1) * size) }))
}

function isOne(one: Piece | undefined, other: Piece | undefined): boolean {
  return one?.marks === other?.marks && one?.at === other?.at
}

function isSame(one: RevisionMark, other: RevisionMark): boolean {
  return one.offset === other.offset && one.revision === other.revision
}
