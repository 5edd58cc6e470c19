import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { userJson, userText } from '../../../../cli/commands/show/show.ts';
import { readUser, viewBucket } from '../../../../operations/user-view/read-user.ts';
import { BLOCKED, look, world } from '../../operations/user-view/user-world.ts';
import { REGISTERED_AT } from '../../services/registrations.ts';
import { serviceError } from '../../services/service-errors.ts';

describe('a user on one screen', () => {
  it('has the row, the bucket and its settings, and only the names of what else is in the row', async () => {
    const w = world();
    const name = w.register('alice');
    w.rows.set('alice', { ...w.rows.get('alice'), email: { S: 'alice@example.com' }, age: { N: '42' } });
    const { view, state } = await look(w, 'alice');
    const text = userText(view, state, false);
    expect(text).toBe(
      [
        'alice',
        '  registered      2024-04-30T06:27:15Z',
        '  bucket          exists',
        '  owner           this user',
        '  tags            complete',
        '  URI             recorded',
        '  correlation id  registration-of-alice',
        '',
        'row of users',
        '  userId         alice',
        `  s3_bucket_uri  s3://${name}`,
        '  others         age, email (their values: --all)',
        '',
        `bucket ${name}`,
        '  region         ap-northeast-1',
        `  tags           ${w.buckets
          .get(name)
          ?.tags?.map(({ Key, Value }) => `${Key}=${Value}`)
          .join(', ')}`,
        '  public access  blocked',
        '  CORS           none',
        '  policy         none',
        '  versioning     none',
        '',
      ].join('\n'),
    );
    expect(userText(view, state, true)).toContain('  age            42\n  email          alice@example.com\n');
    expect(JSON.stringify(userJson(view, state, false))).not.toContain('alice@example.com');
    expect(userJson(view, state, true)).toMatchObject({ row: { attributes: { email: { S: 'alice@example.com' } } } });
  });

  it('says what is open, and who may do what', async () => {
    const w = world();
    w.register('alice');
    w.answers.GetPublicAccessBlockCommand = () => ({
      PublicAccessBlockConfiguration: { ...BLOCKED, BlockPublicPolicy: false, RestrictPublicBuckets: false },
    });
    w.answers.GetBucketCorsCommand = () => ({
      CORSRules: [{ AllowedMethods: ['GET', 'HEAD'], AllowedOrigins: ['*'] }],
    });
    w.answers.GetBucketPolicyCommand = () => ({ Policy: '{"Statement":[{"Effect":"Allow"}]}' });
    w.answers.GetBucketVersioningCommand = () => ({ Status: 'Enabled' });
    w.answers.GetBucketEncryptionCommand = () => ({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    const { view, state } = await look(w, 'alice');
    const text = userText(view, state, false);
    expect(text).toContain('blocked, but for BlockPublicPolicy and RestrictPublicBuckets\n');
    expect(text).toContain('GET, HEAD from *\n');
    expect(text).toContain('[{"Effect":"Allow"}]\n');
    expect(text).toMatch(/versioning +Enabled\n +encryption +AES256\n$/);
    expect(userJson(view, state, false)).toMatchObject({
      bucket: { policy: { Statement: [{ Effect: 'Allow' }] }, versioning: 'Enabled', encryption: 'AES256' },
    });
  });

  it('given a missing permission for one part, says so there, and shows the rest', async () => {
    const w = world();
    const name = w.register('alice');
    for (const command of ['GetItemCommand', 'GetBucketTaggingCommand', 'GetPublicAccessBlockCommand']) {
      w.answers[command] = () => {
        throw serviceError('AccessDenied', 403);
      };
    }
    w.pageSize = 10;
    const { view, state } = await look(w, 'alice');
    expect(state).toMatchObject({ isBucketThere: true, isUriRecorded: undefined, isTagged: undefined, problems: [] });
    const text = userText(view, state, false);
    expect(text).toContain('cannot be read: AccessDenied; it needs the permission dynamodb:GetItem\n');
    expect(text).toContain('cannot be read: AccessDenied; it needs the permission s3:GetBucketTagging\n');
    expect(text).toContain(`bucket ${name}\n`);
    expect(userJson(view, state, false)).toMatchObject({
      row: { attributes: { hidden: 'AccessDenied', needs: 'dynamodb:GetItem' } },
      bucket: { name, tags: { hidden: 'AccessDenied', needs: 's3:GetBucketTagging' }, cors: null },
    });
  });

  it('lets no id, attribute or tag control the terminal', async () => {
    const w = world();
    const evil = 'a\u001b[2J\nb';
    w.addRow(evil);
    w.rows.set(evil, { ...w.rows.get(evil), [evil]: { S: evil } });
    w.addBucket(evil, REGISTERED_AT, [{ Key: 'app', Value: evil }]);
    const { view, state } = await look(w, evil);
    for (const all of [true, false]) expect(userText(view, state, all)).not.toContain('\u001b');
  });

  it.each([
    ['', 'us-east-1'],
    ['EU', 'eu-west-1'],
    ['eu-central-1', 'eu-central-1'],
  ])('calls the location %j %s', async (LocationConstraint, expected) => {
    const w = world();
    const name = w.register('alice');
    w.answers.GetBucketLocationCommand = () => ({ LocationConstraint });
    const view = await viewBucket(w.on.clients.of(S3Client), name);
    expect(view.region).toEqual({ kind: 'set', value: expected });
  });

  it('fails for what may pass', async () => {
    const w = world();
    w.register('alice');
    w.answers.GetBucketLocationCommand = () => {
      throw serviceError('SlowDown', 503);
    };
    await expect(readUser(w.on, 'alice')).rejects.toThrow('SlowDown');
  });
});
