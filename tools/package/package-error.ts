/** The package cannot be built, and its message tells a person why. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}
