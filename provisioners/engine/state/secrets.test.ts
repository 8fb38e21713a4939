import { expect, test } from 'vitest';
import { SECRET_MARK, SIGNATURE, toSecret } from '../wire/values.ts';
import { SecretsError, createCrypter, openCrypter, seal, unseal } from './secrets.ts';

test('what is sealed opens with the same passphrase and salt, and with no other', async () => {
  const crypter = await createCrypter('pw');
  const again = await openCrypter('pw', crypter.salt);
  const value = { plain: 1, secret: toSecret({ deep: [toSecret('x')], text: 'ü' }) };
  const sealed = seal(value, crypter);
  expect(JSON.stringify(sealed)).not.toContain('deep');
  expect(unseal(sealed, again)).toEqual({ plain: 1, secret: toSecret({ deep: ['x'], text: 'ü' }) });
  await expect(openCrypter('other', crypter.salt)).rejects.toBeInstanceOf(SecretsError);
});

test('a changed ciphertext does not open', async () => {
  const crypter = await createCrypter('pw');
  const [version, nonce, body = ''] = crypter.encrypt('x').split(':');
  const forged = Buffer.from(body, 'base64');
  forged[0] = (forged[0] ?? 0) ^ 1;
  expect(() => crypter.decrypt(`${version}:${nonce}:${forged.toString('base64')}`)).toThrow(SecretsError);
  expect(() => crypter.decrypt('v2:a:b')).toThrow(SecretsError);
});

test('the same text never has the same ciphertext, and keys are written in order', async () => {
  const crypter = await createCrypter('pw');
  expect(crypter.encrypt('x')).not.toBe(crypter.encrypt('x'));
  expect(Object.keys(seal({ b: 1, a: 2 }, crypter) as object)).toEqual(['a', 'b']);
});

test('secrets that the CLI wrote in plain text are read', async () => {
  const crypter = await createCrypter('pw');
  const stored = { [SIGNATURE]: SECRET_MARK, plaintext: '"x"' };
  expect(unseal(stored, crypter)).toEqual(toSecret('x'));
});
