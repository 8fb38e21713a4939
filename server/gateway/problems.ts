/**
 * What can go wrong on the way to a tenant's function, with status and words. A pack's own codes (such as ICO04) come from its
 * description. Answers are application/problem+json (RFC 9457); `changed` is false because a refused call is rolled back as a whole.
 */
import type { LocalText } from '../domain/text.ts';

export interface ProblemSpec {
  readonly status: number;
  readonly title: LocalText;
}

export const PROBLEMS = {
  not_found: { status: 404, title: { en: 'There is nothing at this address', zh: '此地址不存在' } },
  tenant_unknown: { status: 404, title: { en: 'No tenant has this name', zh: '没有此租户' } },
  function_unknown: { status: 404, title: { en: 'This tenant has no such function', zh: '此租户没有该函数' } },
  view_unknown: { status: 404, title: { en: 'This tenant has no such view', zh: '此租户没有该视图' } },
  method_not_allowed: { status: 405, title: { en: 'This method is not allowed here', zh: '此处不允许该请求方法' } },
  unauthorized: { status: 401, title: { en: 'A valid key of this tenant is needed', zh: '需要本租户的有效密钥' } },
  key_expired: {
    status: 401,
    title: { en: 'The key has expired: use its successor', zh: '密钥已过期，请改用新密钥' },
  },
  scope_missing: { status: 403, title: { en: 'The key may not do this', zh: '密钥权限不足' } },
  party_refused: {
    status: 403,
    title: {
      en: 'The key works for one party, and this is not open to parties',
      zh: '该密钥仅限某一参与方使用，此接口未对参与方开放',
    },
  },
  idempotency_key_missing: {
    status: 400,
    title: { en: 'Functions that write need an Idempotency-Key header', zh: '写入函数需要 Idempotency-Key 请求头' },
  },
  idempotency_key_invalid: {
    status: 400,
    title: {
      en: 'An Idempotency-Key has 8 to 200 visible ASCII characters',
      zh: 'Idempotency-Key 须为 8 至 200 个可见 ASCII 字符',
    },
  },
  content_type: {
    status: 415,
    title: { en: 'The body has to be application/json', zh: '请求体须为 application/json' },
  },
  media_type: {
    status: 415,
    title: { en: 'This address does not take this type of body', zh: '此地址不接受该类型的请求体' },
  },
  not_acceptable: { status: 406, title: { en: 'This form of answer cannot be given', zh: '无法以所要求的形式响应' } },
  too_many_items: {
    status: 413,
    title: { en: 'More items than one request may carry', zh: '单次请求的条目数超过上限' },
  },
  table_invalid: { status: 400, title: { en: 'The table cannot be read', zh: '无法解析表格' } },
  body_too_large: { status: 413, title: { en: 'The body is larger than the plan allows', zh: '请求体超过规格上限' } },
  body_timeout: { status: 408, title: { en: 'The request took too long to arrive', zh: '请求传输超时' } },
  json_invalid: { status: 400, title: { en: 'The body is not valid JSON', zh: '请求体不是有效的 JSON' } },
  body_invalid: { status: 400, title: { en: 'The body does not fit the function', zh: '请求体不符合函数要求' } },
  query_invalid: { status: 400, title: { en: 'The query is not valid', zh: '查询参数无效' } },
  cursor_invalid: { status: 400, title: { en: 'This is no cursor of this view', zh: '不是该视图的游标' } },
  value_invalid: {
    status: 400,
    title: { en: 'A value cannot be read or is out of range', zh: '值无法识别或超出范围' },
  },
  conflict: { status: 409, title: { en: 'The call conflicts with existing data', zh: '与已有数据冲突' } },
  headers_too_large: { status: 431, title: { en: 'The headers are too large', zh: '请求头过大' } },
  url_too_long: { status: 414, title: { en: 'The address is too long', zh: '地址过长' } },
  request_invalid: { status: 400, title: { en: 'The request cannot be read', zh: '无法解析请求' } },
  rate_limited: { status: 429, title: { en: 'More requests than the plan allows', zh: '请求频率超过规格上限' } },
  too_busy: { status: 503, title: { en: 'All connections of the plan are in use', zh: '规格内的连接均在使用中' } },
  tenant_closed: { status: 503, title: { en: 'The tenant is suspended', zh: '租户已停用' } },
  storage_full: {
    status: 507,
    title: { en: 'Storage is full: writes have stopped, reading goes on', zh: '存储已满：停止写入，读取不受影响' },
  },
  temp_space: {
    status: 507,
    title: { en: 'The call needs more temporary space than the plan has', zh: '调用所需的临时空间超过规格上限' },
  },
  statement_timeout: { status: 504, title: { en: 'The call ran longer than the plan allows', zh: '调用超过规格时限' } },
  lock_timeout: { status: 503, title: { en: 'Other calls hold what this one needs', zh: '所需数据被其他调用占用' } },
  database_unavailable: {
    status: 503,
    title: { en: 'The tenant’s database does not answer', zh: '租户数据库无响应' },
  },
  tenant_moving: {
    status: 503,
    title: {
      en: 'The tenant is moving: reading goes on, write again in a moment',
      zh: '租户正在迁移：读取不受影响，请稍后重试写入',
    },
  },
  registry_unavailable: {
    status: 503,
    title: { en: 'The list of tenants cannot be read right now', zh: '暂时无法读取租户列表' },
  },
  shutting_down: { status: 503, title: { en: 'The gateway is restarting', zh: '网关正在重启' } },
  internal: { status: 500, title: { en: 'Something failed on our side', zh: '服务内部出错' } },
} as const satisfies Record<string, ProblemSpec>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Refuses a call: thrown anywhere on its way, answered in one place. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly spec: ProblemSpec;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    spec: ProblemSpec,
    facts: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>>,
  ) {
    super(code);
    this.code = code;
    this.spec = spec;
    this.facts = facts;
    this.headers = headers;
  }
}

/** A problem of the gateway's own. `facts` are shown to the caller: no SQL, no secret. */
export function problem(
  code: ProblemCode,
  facts: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return new Problem(code, PROBLEMS[code], facts, headers);
}
