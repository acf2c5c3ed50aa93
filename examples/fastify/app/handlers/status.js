const { uptime } = require("node:process");

exports.status = async () => {
  return { up: `${Math.round(uptime())} s` };
};
