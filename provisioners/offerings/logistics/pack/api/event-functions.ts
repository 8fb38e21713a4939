/** EPCIS 2.0: capture, corrections and queries. Bodies are the standard's own, so they may carry members that are not listed here. */
import { z } from 'zod';
import { EventId, Gln, Reason, Time, words, type FunctionSpec } from './spec.ts';

/** What the pack looks at; the rest of an event is kept as it was sent. */
export const EpcisEvent = z.looseObject({
  type: z.enum(['ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent']),
  eventTime: z.string(),
  eventTimeZoneOffset: z.string(),
  eventID: z.string().optional(),
  action: z.enum(['ADD', 'OBSERVE', 'DELETE']).optional(),
  bizStep: z.string().optional(),
  disposition: z.string().optional(),
  readPoint: z.looseObject({ id: z.string() }).optional(),
  bizLocation: z.looseObject({ id: z.string() }).optional(),
  epcList: z.array(z.string()).optional(),
  parentID: z.string().optional(),
  childEPCs: z.array(z.string()).optional(),
  errorDeclaration: z.looseObject({ declarationTime: z.string() }).optional(),
});

const CONTEXT = 'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld';
export const EXAMPLE_EVENT = {
  type: 'ObjectEvent',
  action: 'OBSERVE',
  eventTime: '2026-11-20T08:15:00Z',
  eventTimeZoneOffset: '+08:00',
  epcList: ['https://id.gs1.org/00/106141412345678908'],
  bizStep: 'departing',
  disposition: 'in_transit',
  readPoint: { id: 'https://id.gs1.org/414/0614141000012' },
};

export const EXAMPLE_DOCUMENT = {
  '@context': [CONTEXT],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-11-20T08:20:00Z',
  epcisBody: { eventList: [EXAMPLE_EVENT] },
};

/** How identifiers are written in an answer. EPC URNs cannot be made of Digital Links: how long a company's prefix is does not stand in them. */
export const EpcFormat = z.enum(['Always_GS1_Digital_Link', 'No_Preference', 'Never_Translates']);

const Values = z.array(z.string().min(1).max(500)).min(1).max(200);

const Ids = z.array(z.string().min(1).max(500)).min(1).max(1_000);
const SHORT = { facility: Gln.optional(), step: z.string().min(1).max(200).optional(), at: Time.optional() };
const PALLET = 'https://id.gs1.org/00/306141410000000013';
const SSCC = '106141412345678908';

export const eventFunctions = {
  scan: {
    summary: words('Scan', '扫描'),
    description: words(
      'These things were seen, now or at a time you give; the event of the standard is written for you. Ids are URIs, or bare SSCCs. A step accepting at the place where the waybill is to be delivered means delivered.',
      '记录某些物品在此刻（或指定时间）被扫描，由系统生成标准事件。编号可为 URI 或纯 SSCC。在运单的交付地点执行 accepting 即为签收。',
    ),
    body: z.strictObject({
      ids: Ids,
      ...SHORT,
      step: z.string().min(1).max(200),
      location: z.string().min(1).max(500).optional(),
      disposition: z.string().min(1).max(200).optional(),
    }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { ids: [SSCC], step: 'departing', facility: '0614141000012', disposition: 'in_transit' },
    module: null,
  },
  load: {
    summary: words('Load', '装载'),
    description: words(
      'These things went into a container: parcels on a pallet, pallets in a truck.',
      '记录物品装入容器：包裹装托，托盘装车。',
    ),
    body: z.strictObject({ container: z.string().min(1).max(500), ids: Ids, ...SHORT }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { container: PALLET, ids: [SSCC], facility: '0614141000012' },
    module: null,
  },
  unload: {
    summary: words('Unload', '卸载'),
    description: words(
      'These things came out of a container; without ids everything did.',
      '记录物品移出容器；未指明时为全部移出。',
    ),
    body: z.strictObject({ container: z.string().min(1).max(500), ids: Ids.optional(), ...SHORT }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { container: PALLET, facility: '0614141000029' },
    module: null,
  },
  capture: {
    summary: words('Capture a document of events', '采集事件文档'),
    description: words(
      'An EPCISDocument with 1 to 1,000 events; each gets its own answer: captured, duplicate, declared or rejected. One bad event refuses all, unless captureErrorBehaviour is proceed. An event without an id is named by its CBV content hash, so sending it again adds nothing.',
      '包含 1 至 1,000 条事件的 EPCISDocument；逐条答复：已采集、重复、已声明或被拒绝。默认一条有误则整体拒绝，captureErrorBehaviour 设为 proceed 时逐条处理。无编号的事件以 CBV 内容哈希命名，重复提交不会新增。',
    ),
    body: z.looseObject({
      '@context': z.unknown().optional(),
      type: z.literal('EPCISDocument'),
      schemaVersion: z.string(),
      creationDate: z.string().optional(),
      captureErrorBehaviour: z.enum(['rollback', 'proceed']).optional(),
      epcisBody: z.looseObject({ eventList: z.array(z.looseObject({})).min(1).max(1_000) }),
    }),
    writes: true,
    status: 200,
    errors: ['ICL11'],
    example: EXAMPLE_DOCUMENT,
    module: null,
  },
  capture_event: {
    summary: words('Capture one event', '采集单条事件'),
    description: words(
      'One event of the standard, alone. An event on a pallet or a truck moves the parcels that were in it at that time, also when it comes late.',
      '单独提交一条标准事件。托盘或车辆上的事件，作用于当时其中的包裹；迟到的事件同样如此。',
    ),
    body: EpcisEvent,
    writes: true,
    status: 200,
    errors: [],
    example: EXAMPLE_EVENT,
    module: null,
  },
  declare_error: {
    summary: words('Declare an event to be in error', '声明事件有误'),
    description: words(
      'The event stays in the history with the declaration beside it; what it moved is moved back. The same as capturing a copy with errorDeclaration.',
      '事件及其错误声明保留在历史中，由其产生的变动予以撤回。与采集带 errorDeclaration 的副本等效。',
    ),
    body: z.strictObject({ eventID: EventId, reason: Reason.optional(), correctiveEventIDs: Values.optional() }),
    writes: true,
    status: 200,
    errors: ['ICL08'],
    example: { eventID: 'ni:///sha-256;0d1f?ver=CBV2.0', reason: 'incorrect_data' },
    module: null,
  },
  query_events: {
    summary: words('Query events', '查询事件'),
    description: words(
      'Parameters of the standard’s SimpleEventQuery by their own names, all of which must hold; answers an EPCISQueryDocument, oldest first unless `orderBy` is there, with nextPageToken when there is more. Identifiers match in every form, MATCH parameters also by pattern: `urn:epc:idpat:sgtin:0614141.107346.*`.',
      '采用标准 SimpleEventQuery 的参数名，多个条件同时满足；返回 EPCISQueryDocument，默认按时间从早到晚，有后续页时带 nextPageToken。编号的各种写法均可匹配，MATCH 参数也支持模式，例如 `urn:epc:idpat:sgtin:0614141.107346.*`。',
    ),
    body: z.strictObject({
      eventType: Values.optional(),
      GE_eventTime: Time.optional(),
      LT_eventTime: Time.optional(),
      GE_recordTime: Time.optional(),
      LT_recordTime: Time.optional(),
      EQ_eventID: Values.optional(),
      EQ_action: Values.optional(),
      EQ_bizStep: Values.optional(),
      EQ_disposition: Values.optional(),
      EQ_readPoint: Values.optional(),
      EQ_bizLocation: Values.optional(),
      MATCH_anyEPC: Values.optional(),
      MATCH_epc: Values.optional(),
      MATCH_parentID: Values.optional(),
      MATCH_inputEPC: Values.optional(),
      MATCH_outputEPC: Values.optional(),
      MATCH_epcClass: Values.optional(),
      MATCH_anyEPCClass: Values.optional(),
      EQ_transformationID: Values.optional(),
      EXISTS_errorDeclaration: z.boolean().optional(),
      GE_errorDeclarationTime: Time.optional(),
      LT_errorDeclarationTime: Time.optional(),
      EQ_errorReason: Values.optional(),
      EQ_correctiveEventID: Values.optional(),
      orderBy: z.enum(['eventTime', 'recordTime']).optional(),
      orderDirection: z.enum(['ASC', 'DESC']).optional(),
      eventCountLimit: z.int().min(1).max(500).optional(),
      epcFormat: EpcFormat.optional(),
      perPage: z.int().min(1).max(500).optional(),
      nextPageToken: z.string().max(1_000).optional(),
    }),
    writes: false,
    status: 200,
    errors: [],
    example: { MATCH_anyEPC: ['https://id.gs1.org/00/106141412345678908'], EQ_bizStep: ['departing', 'arriving'] },
    module: null,
  },
  contents_of: {
    summary: words('What is inside', '查询装载内容'),
    description: words(
      'A thing and everything in it now, each with its container, up to 5,000; and what it is in itself.',
      '某一物及其当前装载的全部内容（各自标明所在容器，最多 5,000 件），以及它自身所在的容器。',
    ),
    body: z.strictObject({ id: z.string().min(1).max(500) }),
    writes: false,
    status: 200,
    errors: [],
    example: { id: 'https://id.gs1.org/00/306141410000000013' },
    module: null,
  },
  path_of: {
    summary: words('The way of a parcel', '包裹轨迹'),
    description: words(
      'Every event that touched it, by itself or through what it was in, then the facilities of its route still ahead, without a time.',
      '包裹自身或经由其所在容器经历的全部事件，以及路由中尚未到达的场站（无时间）。',
    ),
    body: z.strictObject({ sscc: z.string().regex(/^[0-9]{18}$/, 'an SSCC of 18 digits') }),
    writes: false,
    status: 200,
    errors: ['ICL08'],
    example: { sscc: '106141412345678908' },
    module: null,
  },
} as const satisfies Record<string, FunctionSpec>;
