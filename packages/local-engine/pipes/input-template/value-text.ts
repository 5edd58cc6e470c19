/**
 * The text that stands for `value` in a rendered template; `value` undefined means that nothing was found.
 *
 * In the place of a JSON value it is JSON. The service quotes strings itself, so that the output is valid JSON (user
 * guide, eb-pipes-input-transformation), which holds for every string only if it escapes them too. Nothing found is
 * `""`, so the key stays; rules, though documented otherwise, were seen to do the same (localstack/localstack,
 * test_events_inputs.snapshot.json, recorded on AWS 2024-06-11).
 *
 * Inside a string it is the bare value. Values are not escaped there (eb-transform-target-input, common issues), with no
 * exception for a string that is all placeholder, so `"<$.s>"` breaks on a quote just like `"x-<$.s>"`. Objects and
 * arrays lose their quotes: `{"key": "value"}` arrives as `{key: value}` (eb-pipes-input-transformation).
 */
export function valueText(value: unknown, inString: boolean): string {
  if (!inString) {
    return JSON.stringify(value === undefined ? '' : value);
  }
  if (value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}
