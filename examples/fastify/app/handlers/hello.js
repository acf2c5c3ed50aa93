const { greet } = require("../helpers/greet.js");

exports.hello = async (request) => {
  return { message: greet(request.query.name ?? "world") };
};
