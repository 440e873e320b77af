"""What one professional has before them across their clients, each kept to what its mandate lets them see."""
