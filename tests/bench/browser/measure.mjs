// Measuring in the page: keys until they are painted, frames while it scrolls.

const keysPerPlace = 120
const keyEveryMs = 60
const framesPerSecond = 60
const scrollPxPerSecond = 3000
const scrollPx = 9000

/**
 * Types at a fast writer's pace. `p…` run from the event's own time stamp (when the browser got the key) to the task
 * after the frame that shows it, which on a page that is never idle comes a while after the frame. `presentedP…` is what the
 * browser's Event Timing says, which knows when the frame was on the screen but tells it in steps of 8 ms, and nothing below 16.
 */
export async function keysToPaint(page, everyMs = keyEveryMs) {
  await page.evaluate(() => {
    window.keyTimes = []
    window.presented = []
    const channel = new MessageChannel()
    const waiting = []
    channel.port1.onmessage = () => window.keyTimes.push(performance.now() - waiting.shift())
    window.keyListener = event => {
      waiting.push(event.timeStamp)
      requestAnimationFrame(() => channel.port2.postMessage(null))
    }
    addEventListener("keydown", window.keyListener, true)
    window.tellPresented = entries => {
      for (const entry of entries) if (entry.name === "keydown") window.presented.push(entry.duration)
    }
    window.keyObserver = new PerformanceObserver(list => window.tellPresented(list.getEntries()))
    window.keyObserver.observe({ type: "event", durationThreshold: 16 })
  })
  const words = "the light goes out and somebody laughs in the dark ".repeat(4).slice(0, keysPerPlace)
  await page.keyboard.type(words, { delay: everyMs })
  await page.waitForFunction(count => window.keyTimes.length >= count, keysPerPlace)
  const { keyTimes, presented } = await page.evaluate(() => {
    removeEventListener("keydown", window.keyListener, true)
    window.tellPresented(window.keyObserver.takeRecords())
    window.keyObserver.disconnect()
    return { keyTimes: window.keyTimes, presented: window.presented }
  })
  const quick = new Array(Math.max(0, keysPerPlace - presented.length)).fill(16)
  return {
    p50: percentile(keyTimes, 50),
    p95: percentile(keyTimes, 95),
    max: percentile(keyTimes, 100),
    presentedP50: percentile([...presented, ...quick], 50),
    presentedP95: percentile([...presented, ...quick], 95),
  }
}

/**
 * Scrolls down and up again at a steady speed and takes the time between the frames in which something moved.
 * `dropped` counts the frames that 60 a second would have had besides, in percent.
 */
export async function scrollFrames(page, devtools) {
  await page.evaluate(() => {
    const scroller = document.querySelector(".cm-scroller")
    window.frameTimes = []
    window.measuring = true
    let last = performance.now()
    let top = scroller.scrollTop
    const frame = now => {
      if (scroller.scrollTop !== top) window.frameTimes.push(now - last)
      top = scroller.scrollTop
      last = now
      if (window.measuring) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })
  for (const yDistance of [-scrollPx, scrollPx]) {
    await devtools.send("Input.synthesizeScrollGesture", {
      x: 760,
      y: 450,
      yDistance,
      speed: scrollPxPerSecond,
      preventFling: true,
      gestureSourceType: "mouse",
    })
  }
  const frames = await page.evaluate(() => {
    window.measuring = false
    return window.frameTimes
  })
  const dueMs = 1000 / framesPerSecond
  const dropped = frames.reduce((sum, frame) => sum + Math.max(0, Math.round(frame / dueMs) - 1), 0)
  return {
    p50: percentile(frames, 50),
    p95: percentile(frames, 95),
    p99: percentile(frames, 99),
    droppedPercent: Math.round((1000 * dropped) / (frames.length + dropped)) / 10,
  }
}

/** The value below which so many percent of all are, to a tenth. */
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))
  return Math.round((sorted[at] ?? Number.NaN) * 10) / 10
}

/** Notes, in each document that the page loads from now on, when the script was painted and which tasks were long. */
export async function watchOpening(page, ready) {
  await page.addInitScript(selector => {
    window.longTasks = []
    window.openedAt = null
    new PerformanceObserver(list => {
      for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration })
    }).observe({ type: "longtask", buffered: true })
    const channel = new MessageChannel()
    channel.port1.onmessage = () => (window.openedAt = performance.now())
    const frame = () => {
      if (document.querySelector(selector)) channel.port2.postMessage(null)
      else requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  }, ready)
}

/** From the start of the navigation to the task after the frame that shows the script. */
export async function openedMs(page) {
  const opened = await page.waitForFunction(() => window.openedAt, null, { timeout: 60_000 })
  return opened.jsonValue()
}

/** The tasks since the script was on the screen that held up the page for more than 50 ms: how many, and the longest. */
export async function longTasksSince(page, sinceMs) {
  const tasks = await page.evaluate(since => window.longTasks.filter(({ startTime }) => startTime > since), sinceMs)
  return { count: tasks.length, longestMs: Math.max(0, ...tasks.map(({ duration }) => Math.round(duration))) }
}

/** Looks out for these letters in the page; `at()` is when they were painted, in milliseconds of the clock that all share. */
export async function untilPainted(page, letters) {
  await page.evaluate(letters => {
    const channel = new MessageChannel()
    window.paintedAt = null
    channel.port1.onmessage = () => (window.paintedAt = performance.timeOrigin + performance.now())
    const holds = node => node.textContent.includes(letters)
    const observer = new MutationObserver(list => {
      if (!list.some(({ target, addedNodes }) => (target.nodeType === Node.TEXT_NODE && holds(target)) || [...addedNodes].some(holds))) return
      observer.disconnect()
      // Who changes the document in a frame is painted with that frame: asking for an animation frame there would count one more.
      const laidOut = new ResizeObserver(() => {
        laidOut.disconnect()
        channel.port2.postMessage(null)
      })
      laidOut.observe(document.body)
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  }, letters)
  return { at: async () => (await page.waitForFunction(() => window.paintedAt, null, { timeout: 60_000 })).jsonValue() }
}
