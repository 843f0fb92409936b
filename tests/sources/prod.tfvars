environment = "prod"
recovery    = false
