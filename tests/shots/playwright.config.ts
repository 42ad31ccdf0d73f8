// `cargo xtask shots`: the pictures of every screen, by the browser suite's own means.

import { defineConfig } from "@playwright/test"
import suite from "../browser/playwright.config.ts"

export default defineConfig({ ...suite, testDir: ".", testMatch: "*.shots.ts", outputDir: "../../target/shots/failed" })
