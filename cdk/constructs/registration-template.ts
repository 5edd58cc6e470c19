/**
 * The pipe's input template: a stream record in, the `detail` of UserRegistered out.
 *
 * `<$.…>` stands without quotes even where the value is a string: EventBridge then quotes and escapes it. Inside
 * quotes it would insert the value as it is, and a user id with a `"` in it would break the event.
 *
 * The id is read from the keys, which every stream view type holds, and which hold no other attribute.
 *
 * @param userIdAttribute name of the partition key, made of what a template path can spell: letters, digits, _ and -
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function registrationTemplate(userIdAttribute: string, schemaVersion: number): string {
  return [
    '{',
    '  "metadata": {',
    `    "schemaVersion": ${schemaVersion},`,
    '    "eventId": <$.eventID>,',
    '    "correlationId": <$.eventID>',
    '  },',
    '  "data": {',
    `    "userId": <$.dynamodb.Keys.${userIdAttribute}.S>,`,
    '    "registeredAt": <$.dynamodb.ApproximateCreationDateTime>',
    '  }',
    '}',
  ].join('\n');
}
