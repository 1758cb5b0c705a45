package server

import (
	"encoding/json"
	"fmt"
	"time"
)

// sessionCodec writes what a session holds. It is short and always the same, so
// it needs no description of its types, which gob reads anew with each request.
type sessionCodec struct{}

type sessionData struct {
	Deadline  int64  `json:"d"` // microseconds
	Account   string `json:"a"`
	Programme string `json:"p"`
	Started   int64  `json:"s"` // microseconds
	Device    string `json:"v"`
}

// Encode implements scs.Codec.
func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	d := sessionData{Deadline: deadline.UnixMicro()}
	d.Account, _ = values[keyAccount].(string)
	d.Programme, _ = values[keyProgramme].(string)
	d.Started, _ = values[keyStarted].(int64)
	d.Device, _ = values[keyDevice].(string)
	data, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("encode session: %w", err)
	}
	return data, nil
}

// Decode implements scs.Codec.
func (sessionCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	d, err := readSession(data)
	if err != nil {
		return time.Time{}, nil, err
	}
	return time.UnixMicro(d.Deadline), map[string]any{
		keyAccount: d.Account, keyProgramme: d.Programme, keyStarted: d.Started, keyDevice: d.Device,
	}, nil
}

func readSession(data []byte) (d sessionData, err error) {
	if err := json.Unmarshal(data, &d); err != nil {
		return d, fmt.Errorf("decode session: %w", err)
	}
	return d, nil
}
