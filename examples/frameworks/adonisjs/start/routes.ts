import router from "@adonisjs/core/services/router";

const HelloController = () => import("#controllers/hello_controller");

router.get("/", [HelloController, "greet"]);
