from facefusion import state_manager


def look_up(key):
    return state_manager.get_item(key)
