// Single requests as a client sends them on the wire, without what node-opcua does around them: ask(session, request) gives the response, or the name of the status that refused the whole service.
const opcua = require("node-opcua");
const { AttributeIds, DataType } = opcua;

exports.ask = (session, request) =>
  new Promise((resolve, reject) =>
    session.performMessageTransaction(request, (error, response) => {
      const refused = response?.responseHeader?.serviceResult ?? error?.response?.responseHeader?.serviceResult;
      if (refused && refused.isNot(opcua.StatusCodes.Good)) resolve(refused.name);
      else if (error) resolve(/Bad\w+/.exec(error.message)?.[0] ?? reject(error));
      else resolve(response);
    })
  );

exports.sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A request or a part of one with a member that node-opcua itself would refuse. */
exports.but = (made, wrong) => Object.assign(made, wrong);

/** Writes a Double to a node; gives the name of the status. */
exports.write = async (session, nodeId, value) =>
  (await session.write({ nodeId, attributeId: AttributeIds.Value, value: { value: { dataType: DataType.Double, value } } })).name;

/** A short text for a value with its status: 5, 5* with the overflow bit, BadX. */
exports.text = (dataValue) => {
  const code = dataValue.statusCode.value;
  if ((code & 0x80000000) !== 0) return dataValue.statusCode.name.replace(/#.*/, "");
  return `${dataValue.value.value}${(code & 0x480) === 0x480 ? "*" : ""}`;
};
