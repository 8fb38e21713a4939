/** Module fx: rates by time, conversion, positions. */
import { z } from 'zod';
import { AccountCode, Currency, Day, Description, Minor, words, type FunctionSpec, type ViewSpec } from './spec.ts';

const MODULE = 'fx';
const RATE = words('Units of the second currency for one of the first', '一单位基础货币兑换的报价货币数量');

export const fxFunctions = {
  set_rate: {
    summary: words('Set a rate', '设置汇率'),
    description: words(
      'Holds from now until the next one. Rates of the past are never rewritten.',
      '自现在起生效，直至下一次设置。历史汇率不可改写。',
    ),
    body: z.strictObject({
      base: Currency,
      quote: Currency,
      rate: z.string().regex(/^[0-9]{1,9}(\.[0-9]{1,12})?$/),
    }),
    writes: true,
    status: 201,
    errors: [],
    example: { base: 'USD', quote: 'CNY', rate: '7.1300' },
    module: MODULE,
  },
  convert: {
    summary: words('Convert at the rate of now', '按当前汇率兑换'),
    description: words(
      'An exchange at the rate in force, rounded once, half to even. `atLeastMinor` refuses a rate that has moved too far.',
      '按生效汇率兑换，仅舍入一次（四舍六入五成双）。`atLeastMinor` 可拒绝变动过大的汇率。',
    ),
    body: z.strictObject({
      from: AccountCode,
      to: AccountCode,
      fromMinor: Minor,
      atLeastMinor: Minor.optional(),
      businessDate: Day.optional(),
      description: Description.optional(),
    }),
    writes: true,
    status: 201,
    errors: ['ICF04', 'ICF05', 'ICF11', 'ICF12', 'ICF14', 'ICF15', 'ICF22'],
    example: { from: 'WALLET-1001', to: 'WALLET-USD-1001', fromMinor: '71300' },
    module: MODULE,
  },
} as const satisfies Record<string, FunctionSpec>;

export const fxViews = {
  rates: {
    summary: words('Rates past and present', '历史与当前汇率'),
    key: ['base', 'quote', 'valid_from'],
    columns: {
      base: words('First currency', '基础货币'),
      quote: words('Second currency', '报价货币'),
      valid_from: words('From', '生效时间'),
      valid_until: words('Until; empty: open', '失效时间（空为长期）'),
      rate: RATE,
      current: words('Holds now', '当前生效'),
      set_by: words('Set by', '设置人'),
    },
    module: MODULE,
  },
  fx_positions: {
    summary: words('Exchange positions and their worth', '外汇头寸及其价值'),
    key: ['currency'],
    columns: {
      currency: words('Currency, ISO 4217', '币种（ISO 4217）'),
      position_minor: words('Held; below 0: owed, minor units', '持有量（负数为应付，最小货币单位）'),
      rate: RATE,
      value_minor: words('Worth in the base currency, minor units', '折合本位币（最小货币单位）'),
    },
    module: MODULE,
  },
} as const satisfies Record<string, ViewSpec>;

export const fxInvariants = {
  exchanges_are_linked: words('Both journals of every exchange are there', '每次兑换的两张凭证均存在'),
} as const;
