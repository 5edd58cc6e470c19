/**
 * What a schema file says about its event, beyond what JSON Schema knows: its address on the bus, and when it is
 * published. Validators pass them over.
 */
export const OWN_KEYWORDS = ['x-source', 'x-detail-type', 'x-published'] as const;
