import { expect, test } from '@jest/globals';
import { xmlElements } from '../../../local/gateway/http.ts';
import { dataFolder, openStorage } from './support/folder.ts';
import { makeParts } from './support/parts.ts';
import { makeS3 } from './support/s3.ts';

/** S3 in a data folder, and the same again after an end of the engine. */
function inFolder() {
  const folder = dataFolder();
  const open = () => makeS3(makeParts(openStorage(folder)));
  const reopen = async ({ s3, storage }: ReturnType<typeof open>) => {
    await s3.close();
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
  await before.ask('PUT', `/${name}?policy`, { body: '{"a":1}' });
  await before.ask('PUT', `/${name}?lifecycle`, { body: '<LifecycleConfiguration/>' });
  await before.ask('DELETE', `/${name}?publicAccessBlock`);
  const lists = (list: string) => ({ names: xmlElements(list, 'Name'), dates: xmlElements(list, 'CreationDate') });
  const listed = lists((await before.ask('GET', '/')).body);

  const after = await reopen(before);
  expect(lists((await after.ask('GET', '/')).body)).toEqual(listed);
  expect(listed.names).toEqual(['global', name]);
  const kept = await after.ask('GET', `/${name}/a%20folder/안녕.txt`);
  expect(kept).toMatchObject({ status: 200, body: 'hello', headers: { 'content-type': 'text/plain' } });
  expect(await after.ask('GET', `/${name}?policy`)).toMatchObject({ body: '{"a":1}' });
  expect(await after.ask('GET', `/${name}?lifecycle`)).toMatchObject({ body: '<LifecycleConfiguration/>' });
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

  const second = await reopen(first);
  expect(xmlElements((await second.ask('GET', '/')).body, 'Name')).toEqual(['two']);
  await expect(second.ask('DELETE', '/two')).rejects.toMatchObject({ code: 'BucketNotEmpty', status: 409 });
  await second.create('one');
  await second.ask('PUT', '/one/key', { body: 'y' });

  const third = await reopen(second);
  expect(await third.ask('GET', '/one/key')).toMatchObject({ body: 'y' });
  expect(await third.ask('GET', '/two/key')).toMatchObject({ body: 'x' });
});
