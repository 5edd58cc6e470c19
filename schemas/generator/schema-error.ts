/** A schema or sample that a person has to mend. Its message names the file, and is all that they need. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/** Runs a command of this folder: what a person has to mend is told in one line, a bug with all that is known of it. */
export async function tellSchemaErrors(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    console.error(`error: schemas/${error.message}`);
    process.exitCode = 1;
  }
}
