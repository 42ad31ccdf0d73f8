// Asking the browser to keep what is on the device. Without that it may clear it when the disk is nearly full.

/** Asks once a visit; what the browser answers changes nothing here. */
export async function keepOnDevice(): Promise<void> {
  try {
    if (!(await navigator.storage.persisted())) await navigator.storage.persist()
  } catch {
    // There is nothing to ask where pages may store nothing.
  }
}
