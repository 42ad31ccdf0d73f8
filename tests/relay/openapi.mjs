// The document that describes the relay's addresses, and requests whose answers are held against it.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import Ajv from "ajv/dist/2020.js"
import { root } from "./relay.mjs"

export const document = JSON.parse(readFileSync(join(root, "worker/openapi.json"), "utf8"))

const ajv = new Ajv({ strictTypes: false, allowUnionTypes: true, allErrors: true })
ajv.addFormat("uri", (text) => URL.canParse(text))
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
ajv.addFormat("uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
/** A schema whose references ajv finds: to those of the document by their names. */
const absolute = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"relay:'))
for (const [name, schema] of Object.entries(document.components.schemas)) ajv.addSchema(absolute(schema), `relay:${name}`)

/** What a `$ref` stands for. */
export function resolved(value) {
  if (!value?.$ref) return value
  const parts = value.$ref.slice(2).split("/")
  return parts.reduce((at, part) => at[part], document) ?? assert.fail(`${value.$ref} is described`)
}

/** Every operation, with its method, address and answers. */
export const operations = new Map(
  Object.entries(document.paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const answers = Object.entries(operation.responses).map(([status, answer]) => [Number(status), resolved(answer)])
      const parameters = (operation.parameters ?? []).map(resolved)
      const security = operation.security ?? document.security
      return [operation.operationId, { ...operation, method: method.toUpperCase(), address, parameters, security, answers: new Map(answers) }]
    }),
  ),
)

export const operation = (id) => operations.get(id) ?? assert.fail(`${id} is described`)

/** Whether an operation needs a person's token. */
export const needsToken = ({ security }) => security.length > 0 && security.every((one) => "token" in one || "tokenInAddress" in one)

/** Every schema of the document, compiled; throws where one is none, or names another that is not there. */
export function compileAll(at = document) {
  if (at === null || typeof at !== "object") return 0
  let compiled = 0
  for (const [key, value] of Object.entries(at)) {
    if (key === "schema") {
      validator(value)
      compiled += 1
    }
    compiled += compileAll(value)
  }
  return compiled
}

const validators = new Map()
function validator(schema) {
  if (!validators.has(schema)) validators.set(schema, ajv.compile(absolute(schema)))
  return validators.get(schema)
}

/** Holds a value against a schema. */
export function fits(schema, value, what) {
  const validate = validator(schema)
  const errors = validate(value) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`)
  assert.deepEqual(errors, [], `${what}: ${JSON.stringify(value)?.slice(0, 500)}`)
}

/** The media types that there are schemas for, without their parameters. */
const kindOf = (response) => (response.headers.get("content-type") ?? "").split(";")[0]

/** What was asked for and answered as the document says: `operation status`, and the codes of errors. */
export const seen = { answers: new Set(), codes: new Set() }

/**
 * Makes the request of an operation and holds the answer against the document; gives the status and the JSON. A request that succeeds
 * must be one that the document describes, too.
 */
export async function call(relay, id, { path = {}, query = {}, token, headers = {}, body } = {}) {
  const { method, address, answers, requestBody } = operation(id)
  const named = address.replaceAll(/\{(\w+)\}/g, (_, part) => encodeURIComponent(path[part] ?? assert.fail(`${id} needs ${part}`)))
  const url = `${relay.http}${named}${Object.keys(query).length ? `?${new URLSearchParams(query)}` : ""}`
  const plain = typeof body === "string" || body instanceof Uint8Array
  const kind = body instanceof Uint8Array ? "application/octet-stream" : plain ? "text/plain" : "application/json"
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": kind }), ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
    body: body === undefined || plain ? body : JSON.stringify(body),
  })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = new TextDecoder().decode(bytes)
  const what = `${id} answers ${response.status}`
  const described = answers.get(response.status) ?? assert.fail(`${what}, which is not described: ${text.slice(0, 500)}`)
  const kinds = Object.keys(described.content ?? {})
  assert.ok(kinds.includes(kindOf(response)), `${what} as ${kindOf(response)}, expected ${kinds}`)
  const json = kindOf(response) === "application/json" ? JSON.parse(text) : undefined
  const { schema } = described.content[kindOf(response)]
  fits(schema, json ?? text, what)
  for (const name of Object.keys(described.headers ?? {})) assert.ok(response.headers.has(name), `${what} with ${name}`)
  if (response.ok && requestBody && body !== undefined) {
    const asked = requestBody.content[kind] ?? assert.fail(`${id} takes ${kind}`)
    if (!(body instanceof Uint8Array)) fits(asked.schema, body, `${id} is asked`)
  }
  seen.answers.add(`${id} ${response.status}`)
  if (json?.error) seen.codes.add(json.error.code)
  return { status: response.status, json, bytes, headers: response.headers }
}
