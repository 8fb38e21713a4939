/** The words of every tenant's API document, apart from what its pack says. */
import type { LocalText } from './text.ts';

export const COMMON_RESPONSES = {
  BadRequest: {
    status: 400,
    text: {
      en: 'The request does not fit: `body_invalid` lists what is wrong, by path.',
      zh: '请求不符合要求：`body_invalid` 按路径列出问题。',
    },
  },
  Unauthorized: {
    status: 401,
    text: { en: 'The key is missing, ended or of another tenant.', zh: '缺少密钥、密钥已失效或属于其他租户。' },
  },
  Forbidden: {
    status: 403,
    text: { en: 'The key lacks the scope `read` or `write`.', zh: '密钥缺少 `read` 或 `write` 权限。' },
  },
  TooLarge: { status: 413, text: { en: 'The body is larger than the plan allows.', zh: '请求体超过规格上限。' } },
  ContentType: { status: 415, text: { en: 'The body is not application/json.', zh: '请求体不是 application/json。' } },
  TooManyRequests: {
    status: 429,
    text: {
      en: 'More requests than the plan allows; Retry-After says when the next one is.',
      zh: '请求频率超过规格上限，Retry-After 给出可重试的时间。',
    },
  },
  Unavailable: {
    status: 503,
    text: {
      en: 'Suspended, busy or restarting; with the same Idempotency-Key a repeat is safe.',
      zh: '已停用、繁忙或正在重启；使用相同的 Idempotency-Key 可安全重试。',
    },
  },
  Timeout: {
    status: 504,
    text: {
      en: 'The call ran longer than the plan allows; nothing was changed.',
      zh: '调用超过规格时限，数据未改动。',
    },
  },
  StorageFull: {
    status: 507,
    text: {
      en: 'Storage is full: reading goes on, writes that add data are refused.',
      zh: '存储已满：可读取，新增数据的写入被拒绝。',
    },
  },
} as const satisfies Record<string, { status: number; text: LocalText }>;

export const WORDS = {
  about: ({ rps, burst, bodyBytesMax }: { rps: number; burst: number; bodyBytesMax: number }): LocalText => ({
    en: `Functions are called with POST and a JSON body, views are read with GET. ${rps} requests a second, ${burst} at once; bodies up to ${Math.floor(bodyBytesMax / 1_024)} KiB. Amounts are strings of minor units. Errors are application/problem+json.`,
    zh: `函数以 POST 和 JSON 请求体调用，视图以 GET 读取。每秒 ${rps} 次请求，突发 ${burst} 次；请求体最大 ${Math.floor(bodyBytesMax / 1_024)} KiB。金额为最小货币单位的字符串。错误以 application/problem+json 返回。`,
  }),
  functions: {
    en: 'Do something. Each call is one transaction: it happens as a whole or not at all.',
    zh: '执行操作。每次调用为一个事务：全部生效或全不生效。',
  },
  views: { en: 'Read rows, page by page, filtered by equality on any column.', zh: '分页读取，可按任意列等值过滤。' },
  key: { en: 'The tenant’s API key, `ick_…`.', zh: '租户的 API 密钥，`ick_…`。' },
  idempotencyKey: {
    en: '8 to 200 visible ASCII characters, new for each intention. The same key with the same body gets the first answer again; with another body it is refused.',
    zh: '8 至 200 个可见 ASCII 字符，每次意图使用新的值。相同的键与请求体返回首次结果；请求体不同则拒绝。',
  },
  idempotencyInherent: {
    en: 'Not needed: what is sent names itself, and what is known already is passed over. With a key a repeat gets the first answer again.',
    zh: '可不填：提交内容自带标识，已有内容会被跳过。填写后，重复提交返回首次结果。',
  },
  answer: { en: 'The standard’s answer.', zh: '标准规定的响应。' },
  notAcceptable: {
    en: 'The answer cannot be given in the form or version that was asked for.',
    zh: '无法以所要求的形式或版本响应。',
  },
  otherType: { en: 'The body is of a type that is not taken here.', zh: '请求体类型不被接受。' },
  columns: { en: 'Columns', zh: '列' },
  optional: { en: 'optional', zh: '可选' },
  nextPage: { en: 'Address of the next page; absent on the last.', zh: '下一页地址，末页无此响应头。' },
  replayed: {
    en: '`true` when this is the stored answer of an earlier call.',
    zh: '为 `true` 时表示返回先前调用的结果。',
  },
  result: { en: 'What the function answers.', zh: '函数返回的结果。' },
  page: { en: 'One page of rows, in the order of the key.', zh: '按键排序的一页数据。' },
  next: {
    en: 'Cursor of the next page for `after`; null on the last.',
    zh: '下一页的游标，用于 `after`；末页为 null。',
  },
  limit: { en: 'Rows a page.', zh: '每页行数。' },
  after: { en: 'Cursor of the page before.', zh: '上一页给出的游标。' },
  filter: { en: 'only rows that equal this', zh: '仅返回等于该值的行' },
  problemTitle: {
    en: 'What happened, in the language of Accept-Language.',
    zh: '发生了什么，语言依 Accept-Language。',
  },
  problemCode: { en: 'For programs; it never changes.', zh: '供程序判断，保持不变。' },
  problemFacts: { en: 'Facts of this case.', zh: '本次错误的具体信息。' },
  problemChanged: { en: 'A refused call changed nothing.', zh: '被拒绝的调用未改动任何数据。' },
} as const;
