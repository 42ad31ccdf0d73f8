// Runs before the page is painted, so that a chosen theme never flashes in the other one.

import { applyTheme, loadTheme } from "./saved"

applyTheme(loadTheme())
