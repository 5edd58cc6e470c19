/** User ids in the shapes that real sign-ups have, and some that a careless template or bucket name trips over. */
export const SAMPLE_USERS: readonly string[] = [
  'test4',
  'test5',
  'b0a6f2c4-5d3e-4c1b-9f7a-2e8d6c5b4a31',
  'minji.kim@example.com',
  'ap-northeast-1:6f1c8a52-93d7-4e0b-8b1e-d54a7c20f9e6',
  '김민지',
  'BUILD_AGENT_07',
  'Kim "MJ" \\ Seoul',
  'jane.q.public',
  `saml|example-university|${'0123456789abcdef'.repeat(18)}`.slice(0, 300),
];
