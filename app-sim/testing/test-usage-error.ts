/** The test asked for something that is not there; the message names what is. */
export class TestUsageError extends Error {
  override readonly name = "TestUsageError";
}

/** What was waited for did not come. */
export class WaitTimedOut extends Error {
  override readonly name = "WaitTimedOut";
}
