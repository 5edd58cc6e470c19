import { roleOf } from '../day/stage.ts';
import { drawMoment, type FaultKind, OUTAGES_MS } from './fault-kind.ts';

/** A role loses a grant, and gets it back. */
export interface GrantLost {
  readonly kind: 'grant-lost';
  /** Whose role it is: a service, or the pipe. */
  readonly who: keyof typeof GRANTS;
  readonly action: string;
  /** Milliseconds after the beginning. */
  readonly atMs: number;
  readonly forMs: number;
}

/** What each role is allowed to do with what it works on. */
const GRANTS = {
  'bucket-service': [
    's3:CreateBucket',
    's3:TagResource',
    's3:GetBucketTagging',
    's3:PutBucketTagging',
    'events:PutEvents',
    'sqs:ReceiveMessage',
  ],
  'uri-recorder': ['dynamodb:UpdateItem', 'sqs:DeleteMessage'],
  pipe: ['events:PutEvents', 'dynamodb:GetRecords', 'sqs:SendMessage'],
} as const;

/** Most users have signed up by then. */
const SIGN_UPS_MS = 1500;

export const grantLost: FaultKind<GrantLost> = {
  weight: 4,
  draw: (random) => {
    const who = random.pick(Object.keys(GRANTS) as (keyof typeof GRANTS)[]);
    const action = random.pick<string>(GRANTS[who]);
    // The pipe has work while users sign up, and hardly later.
    const isEarly = who === 'pipe' && random.chance(0.7);
    const atMs = isEarly ? random.between(1, SIGN_UPS_MS) : drawMoment(random);
    return { kind: 'grant-lost', who, action, atMs, forMs: random.pick(OUTAGES_MS) };
  },
  describe: ({ who, action, atMs, forMs }) => `the role of ${who} loses ${action} after ${atMs} ms, for ${forMs} ms`,
  arm: ({ who, action, atMs, forMs }, day) => {
    const id = `${who} ${action} ${atMs} ${forMs}`;
    const denial = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] } as const;
    const inside = day.running.inside.bind(day.running);
    day.at(atMs, () => inside((engine) => engine.services.roles.attach(id, denial, [roleOf(engine, who)])));
    day.at(atMs + forMs, () => inside(({ services }) => services.roles.detach(id)));
  },
  denies: ({ action }, denied) => action === denied,
  milder: (fault) => (fault.forMs > 1000 ? { ...fault, forMs: Math.floor(fault.forMs / 10) } : undefined),
};
