// Not listed anywhere: it reloads because a handler uses it.
const config = require("../config.json");

exports.greet = (name) => {
  const text = `${config.greeting}, ${name}!`;
  return config.shout ? text.toUpperCase() : text;
};
