import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { conformanceProblems } from './conformance.ts';
import { discoverOfferings } from './discover.ts';
import { text, type OfferingDefinition } from './offering.ts';
import { standardPlans } from './plans.ts';

const offerings = await discoverOfferings();

describe('offerings that are there', () => {
  test('some are, each once', () => {
    const slugs = offerings.map(({ slug }) => slug);
    expect(slugs.length).toBeGreaterThanOrEqual(4);
    expect(new Set(slugs).size).toBe(slugs.length);
  });

  test.each(offerings.map((offering) => [offering.slug, offering] as const))('%s conforms', (_slug, offering) => {
    expect(conformanceProblems(offering)).toEqual([]);
  });

  test.each(offerings.map((offering) => [offering.slug, offering] as const))('%s speaks Chinese', (_slug, offering) => {
    const { name, summary, proof, content } = offering.manifest;
    for (const words of [name, summary, proof, content]) expect(words.zh).toMatch(/\p{Script=Han}/u);
    expect(content.zh).not.toMatch(/\p{Script=Han}[,;:?!]/u); // full-width punctuation after Han
  });
});

describe('what is wrong is named', () => {
  const sound: OfferingDefinition = {
    slug: 'sample',
    version: '1.0.0',
    lifecycle: 'preview',
    params: z.strictObject({ days: z.int().default(1) }),
    parameterFields: [{ name: 'days', label: text('Days', '天数'), help: text('How many', '多少天'), unit: null }],
    prices: ['S', 'M', 'L'].map((code) => ({
      sku: `sample.plan.${code}`,
      month: { CNY: '1.00', USD: '1.00', EUR: '1.00' },
    })),
    blueprint: null,
    pack: null,
    smoke: [],
    manifest: {
      hue: 1,
      name: text('Sample', '示例'),
      summary: text('A sample', '一个示例'),
      proof: text('None', '无'),
      content: text('Text', '正文'),
      processes: [],
      stateMachine: null,
      models: [{ model: 'public', available: false, what: text('Shared', '共享'), notYet: text('Later', '稍后') }],
      plans: standardPlans('sample', []).map((plan) => ({ ...plan, models: ['public'] })),
      modules: [],
      api: null,
      kpis: [],
      invariants: {},
      tryIt: [],
      sizing: null,
    },
  };
  const withManifest = (change: Partial<OfferingDefinition['manifest']>): OfferingDefinition => ({
    ...sound,
    manifest: { ...sound.manifest, ...change },
  });

  test('a sound one has no problems', () => {
    expect(conformanceProblems(sound)).toEqual([]);
  });

  test.each<[string, OfferingDefinition, string]>([
    ['a missing translation', withManifest({ name: text('Sample', ' ') }), 'name has no words in zh'],
    ['a missing price', { ...sound, prices: sound.prices.slice(1) }, 'sample.plan.S has no price'],
    [
      'a model not offered',
      withManifest({ plans: standardPlans('sample', []) }),
      'plan S is for private, which is not offered',
    ],
    ['a bare parameter', { ...sound, params: z.strictObject({ days: z.int() }) }, 'parameter days has no default'],
    ['an unlabelled parameter', { ...sound, parameterFields: [] }, 'parameter days has no label'],
    ['an order without a blueprint', { ...sound, lifecycle: 'ga' }, 'it is orderable without blueprint, pack or API'],
    ['a wrong hue', withManifest({ hue: 400 }), 'manifest hue: Too big: expected number to be <=360'],
    [
      'an example that does not fit',
      withManifest({
        api: {
          functions: [
            {
              name: 'add',
              summary: text('Add', '添加'),
              description: text('Add', '添加'),
              body: { type: 'object', required: ['x'] },
              writes: true,
              status: 201,
              errors: ['ICX01'],
              example: {},
              module: null,
            },
          ],
          views: [],
          errors: {},
        },
      }),
      "example of add: data must have required property 'x'",
    ],
  ])('%s', (_what, offering, problem) => {
    expect(conformanceProblems(offering)).toContain(problem);
  });
});
