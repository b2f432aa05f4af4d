// MQTT.js as an MQTT 5 client against the broker at the address given (mqtt:, ws: or wss:, with the authority's certificate as second argument): each step writes one line of JSON, and the test compares.
'use strict';

const fs = require('fs');
const mqtt = require('mqtt');

const [, , url, authority] = process.argv;
const ca = authority ? fs.readFileSync(authority) : undefined;
const say = (step, result) => process.stdout.write(JSON.stringify({ step, result }) + '\n');

/** A client, once it is connected, and the CONNACK. */
const open = (options) => new Promise((resolve, reject) => {
  const client = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 0, connectTimeout: 20000, ca, ...options });
  client.on('connect', (connack) => resolve([client, connack]));
  client.on('error', reject);
});

/** The next `count` messages of a client. */
const messages = (client, count, read = (topic, payload) => [topic, payload.toString()]) => new Promise((resolve) => {
  const seen = [];
  const hear = (topic, payload, packet) => {
    seen.push(read(topic, payload, packet));
    if (seen.length < count) return;
    client.removeListener('message', hear);
    resolve(seen);
  };
  client.on('message', hear);
});

const received = (client, command) => new Promise((resolve) => {
  const hear = (packet) => {
    if (packet.cmd !== command) return;
    client.removeListener('packetreceive', hear);
    resolve(packet);
  };
  client.on('packetreceive', hear);
});

async function main() {
  const [a, connack] = await open({ clientId: '', properties: { topicAliasMaximum: 8 }, autoAssignTopicAlias: true });
  say('connack', [connack.reasonCode, connack.properties.assignedClientIdentifier.length > 0, connack.properties.topicAliasMaximum, connack.properties.maximumPacketSize]);

  const granted = await a.subscribeAsync('js/#', { qos: 2, nl: false, rap: true, rh: 0, properties: { subscriptionIdentifier: 7 } });
  say('granted', granted.map((g) => [g.topic, g.qos]));
  const full = messages(a, 1, (topic, payload, packet) => [
    topic, payload.length, packet.qos, packet.retain, packet.properties.contentType, packet.properties.responseTopic, packet.properties.correlationData.toString(),
    packet.properties.messageExpiryInterval > 0, packet.properties.payloadFormatIndicator, { ...packet.properties.userProperties }, packet.properties.subscriptionIdentifier,
  ]);
  await a.publishAsync('js/full', 'é'.repeat(150000), { qos: 2, retain: true, properties: {
    payloadFormatIndicator: true, messageExpiryInterval: 600, contentType: 'text/plain', responseTopic: 'answer', correlationData: Buffer.from('c'), userProperties: { k: 'v' } } });
  say('properties', await full);
  await a.publishAsync('js/full', '', { retain: true });

  const [b] = await open({ clientId: 'js5-b' });
  await b.subscribeAsync('local', { qos: 1, nl: true });
  const heard = messages(b, 1);
  await b.publishAsync('local', 'own', { qos: 1 });
  await a.publishAsync('local', 'other', { qos: 1 });
  say('no local', await heard);

  const nobody = received(a, 'puback');
  await a.publishAsync('nobody/hears', 'x', { qos: 1 });
  say('nobody', (await nobody).reasonCode);
  const unsubscribed = received(b, 'unsuback');
  await b.unsubscribeAsync('never');
  say('unsubscribed', (await unsubscribed).granted);

  const aliased = messages(a, 3);
  for (const n of [1, 2, 3]) await a.publishAsync('js/alias', `${n}`, { qos: 1 });
  say('alias', await aliased);

  const [worker] = await open({ clientId: 'js5-w' });
  await worker.subscribeAsync('$share/crew/work', { qos: 1 });
  await b.subscribeAsync('$share/crew/work', { qos: 1 });
  const done = Promise.all([messages(worker, 2), messages(b, 2)]);
  for (const n of [1, 2, 3, 4]) await a.publishAsync('work', `${n}`, { qos: 1 });
  say('shared', (await done).flat().map((m) => m[1]).sort());

  const persistent = { clientId: 'js5-p', clean: false, properties: { sessionExpiryInterval: 60 } };
  const [first] = await open(persistent);
  await first.subscribeAsync('kept', { qos: 2 });
  await first.endAsync();
  await a.publishAsync('kept', 'waited', { qos: 2 });
  const second = mqtt.connect(url, { protocolVersion: 5, reconnectPeriod: 0, ca, ...persistent });
  const waited = messages(second, 1);
  const present = new Promise((resolve) => second.on('connect', (packet) => resolve(packet.sessionPresent)));
  say('resumed', [await present, await waited]);

  const taken = received(second, 'disconnect');
  const [third] = await open({ ...persistent });
  say('taken over', (await taken).reasonCode);

  const [doomed] = await open({ clientId: 'js5-d', properties: { sessionExpiryInterval: 60 }, will: { topic: 'js/will', payload: 'gone', qos: 1, properties: { willDelayInterval: 1, contentType: 'w' } } });
  const will = messages(a, 1, (topic, payload, packet) => [topic, payload.toString(), packet.properties.contentType]);
  doomed.stream.destroy();
  say('will', await will);

  say('refused', await open({ clientId: 'js5-x', username: 'nobody', password: 'x' }).then(() => 0, (error) => error.code));

  for (const client of [a, b, worker, third]) await client.endAsync();
  say('done', true);
  process.exit(0);
}

main().catch((error) => {
  say('error', String(error && error.stack || error));
  process.exit(1);
});
