import type uPlot from 'uplot';

/**
 * Loads uPlot when the first chart is shown. It makes a number format of the browser's language: with the system's language `C`,
 * Chromium says `en-US@posix`, of which none can be made.
 */
export async function loadUplot(): Promise<typeof uPlot> {
  if (!isLanguage(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en-US' });
  const { default: loaded } = await import('uplot');
  return loaded;
}

function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
