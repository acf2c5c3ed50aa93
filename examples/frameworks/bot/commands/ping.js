exports.name = "ping";
exports.execute = async () => "pong 1";
