// Counted things in words: which form a number takes is the language's own rule.

/** The forms of one noun in one language; `other` is what every language has. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** Gives the form of a language that goes with a number. */
export function pluralsOf(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language)
  return (count, forms) => forms[rules.select(count)] ?? forms.other
}
