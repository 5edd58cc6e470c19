import type { StageSettings } from '../../../cdk/stage-settings.ts';

/** Subscribers that a drill has beside the pipeline's own two. */

const SHARED = '../shared';
const CONTRACTS = '../../schemas/generated';

const BEGINNING = (event: string) => `
import { ${event}V1 } from '${CONTRACTS}/${event === 'BucketCreated' ? 'bucket-created' : 'user-registered'}.v1.ts';
import { createSubscriber } from '${SHARED}/subscriber.ts';
import { createTelemetry } from '${SHARED}/telemetry.ts';

const telemetry = createTelemetry();
`;

/** What a mail would be: an effect that must not repeat. */
const WELCOME_MAIL = {
  'services/welcome-mail/subscription.ts': `
import type { Subscription } from '${SHARED}/subscription.ts';

export const subscription: Subscription = { event: 'BucketCreated', replays: 'skip' };
`,
  'services/welcome-mail/handler.ts': `${BEGINNING('BucketCreated')}
export const handler = createSubscriber({
  contract: BucketCreatedV1,
  telemetry,
  handle: async (_event, { logger }) => logger.info('mail sent'),
});
`,
};

/** A result that is recorded: a file in the user's bucket. */
const welcomeFile = (nameOfUser: string) => ({
  'services/welcome-file/subscription.ts': `
import type { Subscription } from '${SHARED}/subscription.ts';

export const subscription: Subscription = { event: 'BucketCreated', access: ['put-user-objects'] };
`,
  'services/welcome-file/handler.ts': `
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createClient } from '${SHARED}/aws-client.ts';
${BEGINNING('BucketCreated')}
const s3 = createClient(S3Client, telemetry);
export const handler = createSubscriber({
  contract: BucketCreatedV1,
  telemetry,
  async handle({ data }, { logger }) {
    const Body = 'Welcome, ' + ${nameOfUser} + '!';
    await s3.send(new PutObjectCommand({ Bucket: data.bucketName, Key: 'welcome.txt', Body }));
    logger.info('file written');
  },
});
`,
});

/** One that comes later, and wants to know of everybody. */
const DIRECTORY = {
  'services/directory/subscription.ts': `
import type { Subscription } from '${SHARED}/subscription.ts';

export const subscription: Subscription = { event: 'UserRegistered' };
`,
  'services/directory/handler.ts': `${BEGINNING('UserRegistered')}
export const handler = createSubscriber({
  contract: UserRegisteredV1,
  telemetry,
  handle: async (_event, { logger }) => logger.info('user listed'),
});
`,
};

const RIGHT = welcomeFile('data.userId');

/** Files of the services of each deployment, by the deployment's name. */
export const DEPLOYMENTS = {
  good: { ...WELCOME_MAIL, ...RIGHT },
  buggy: { ...WELCOME_MAIL, ...welcomeFile('data.bucketName') },
  'with-directory': { ...WELCOME_MAIL, ...RIGHT, ...DIRECTORY },
  leaving: { ...WELCOME_MAIL, ...RIGHT },
} satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Deployment = keyof typeof DEPLOYMENTS;

/** What the stage sets in a deployment, besides what it always does. */
export const SETTINGS: Partial<Record<Deployment, Partial<StageSettings>>> = {
  // Buckets of the other stages of cdk.json must have other names.
  leaving: { whenUserLeaves: 'empty-and-delete', bucketNamePrefix: 'drill' },
};
