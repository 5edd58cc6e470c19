import { expect, test } from '@jest/globals';
import { dataFolder, openStorage } from '../support/folder.ts';
import { makeParts } from '../support/parts.ts';
import { makeS3 } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

const POLICY =
  '{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*",' +
  '"Resource":"arn:aws:s3:::mine-111122223333-ap-northeast-1-an/*"}}';
const LIFECYCLE =
  '<LifecycleConfiguration><Rule><ID>one</ID><Status>Enabled</Status><Filter/>' +
  '<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>';

/** S3 in a data folder, and the same again after an end of the engine. */
function inFolder() {
  const folder = dataFolder();
  const open = () => makeS3(makeParts(openStorage(folder)));
  const reopen = ({ storage }: ReturnType<typeof open>) => {
    storage.close();
    return open();
  };
  return { open, reopen };
}

test('given buckets with objects and settings, all is there after a restart', async () => {
  const { open, reopen } = inFolder();
  const before = open();
  const tags = '<Tags><Tag><Key>app</Key><Value>x</Value></Tag></Tags>';
  const name = 'mine-111122223333-ap-northeast-1-an';
  await before.create(name, { namespace: 'account-regional', tags });
  await before.create('global', { region: 'us-east-1' });
  await before.ask('PUT', `/${name}/a%20folder/안녕.txt`, { body: 'hello', headers: { 'content-type': 'text/plain' } });
  await before.ask('PUT', `/${name}?policy`, { body: POLICY });
  await before.ask('PUT', `/${name}?lifecycle`, { body: LIFECYCLE });
  await before.ask('DELETE', `/${name}?publicAccessBlock`);
  const lists = (list: string) => ({ names: xmlElements(list, 'Name'), dates: xmlElements(list, 'CreationDate') });
  const listed = lists((await before.ask('GET', '/')).body);

  const after = reopen(before);
  expect(lists((await after.ask('GET', '/')).body)).toEqual(listed);
  expect(listed.names).toEqual(['global', name]);
  const kept = await after.ask('GET', `/${name}/a%20folder/안녕.txt`);
  expect(kept).toMatchObject({ status: 200, body: 'hello', headers: { 'content-type': 'text/plain' } });
  expect(await after.ask('GET', `/${name}?policy`)).toMatchObject({ body: POLICY });
  expect(xmlElements((await after.ask('GET', `/${name}?lifecycle`)).body, 'ID')).toEqual(['one']);
  expect(xmlElements((await after.ask('GET', `/${name}?tagging`)).body, 'Key')).toEqual(['app']);
  await expect(after.ask('GET', `/${name}?publicAccessBlock`)).rejects.toMatchObject({ status: 404 });
  expect(xmlElements((await after.ask('GET', '/global?location')).body, 'LocationConstraint')).toEqual(['']);
  await expect(after.create(name, { namespace: 'account-regional' })).rejects.toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
  });
});

test('given what was deleted, it stays deleted, and what is written after a restart outlives the next', async () => {
  const { open, reopen } = inFolder();
  const first = open();
  for (const name of ['one', 'two']) {
    await first.create(name);
    await first.ask('PUT', `/${name}/key`, { body: 'x' });
  }
  await first.ask('DELETE', '/one/key');
  await first.ask('DELETE', '/one');

  const second = reopen(first);
  expect(xmlElements((await second.ask('GET', '/')).body, 'Name')).toEqual(['two']);
  await expect(second.ask('DELETE', '/two')).rejects.toMatchObject({ code: 'BucketNotEmpty', status: 409 });
  await second.create('one');
  await second.ask('PUT', '/one/key', { body: 'y' });

  const third = reopen(second);
  expect(await third.ask('GET', '/one/key')).toMatchObject({ body: 'y' });
  expect(await third.ask('GET', '/two/key')).toMatchObject({ body: 'x' });
});

test('given an upload, its parts outlive a restart', async () => {
  const { open, reopen } = inFolder();
  const before = open();
  await before.create('mine');
  const id = xmlElements((await before.ask('POST', '/mine/up?uploads')).body, 'UploadId')[0] ?? '';
  await before.ask('PUT', `/mine/up?partNumber=1&uploadId=${id}`, { body: 'hello' });

  const after = reopen(before);
  const body =
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>5d41402abc4b2a76b9719d911017c592</ETag></Part></CompleteMultipartUpload>';
  await after.ask('POST', `/mine/up?uploadId=${id}`, { body });
  expect(await after.ask('GET', '/mine/up')).toMatchObject({ body: 'hello' });
});
