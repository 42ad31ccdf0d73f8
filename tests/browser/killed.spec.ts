// A writer's tab or browser is killed. `cargo xtask crash tab` does the same some hundred times.

import { expect, test } from "@playwright/test"
import { Device, isLost, type Plan } from "../crash/tabs.ts"

/** A browser starts three times in each. */
test.describe.configure({ timeout: 180_000 })

const plans: readonly (Plan & { readonly what: string })[] = [
  { what: "a page with the package", screen: "package", victim: "page", isOnline: true, news: 9, afterMs: 0 },
  { what: "a browser with the package, without a network,", screen: "package", victim: "browser", isOnline: false, news: 9, afterMs: 0 },
  { what: "a page with the app, without a network,", screen: "app", victim: "page", isOnline: false, news: 2, afterMs: 0 },
  { what: "a browser with the app", screen: "app", victim: "browser", isOnline: true, news: 2, afterMs: 30 },
]
for (const { what, ...plan } of plans) {
  test(`${what} is killed: what its screen called saved is on the device`, async () => {
    await using device = await Device.begin()
    const outcome = await device.kill(plan)
    expect(outcome.promised, "something was called saved").toBeGreaterThan(outcome.before)
    expect(isLost(outcome), JSON.stringify(outcome)).toBe(false)
  })
}

test("the kills find a device that forgets what it said to have stored", async () => {
  await using device = await Device.begin()
  device.forgetting()
  const outcome = await device.kill({ screen: "package", victim: "browser", isOnline: true, news: 9, afterMs: 0 })
  expect(isLost(outcome), JSON.stringify(outcome)).toBe(true)
})
